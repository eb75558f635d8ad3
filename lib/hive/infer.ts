import * as z from 'zod/mini';
import { clean } from './events.ts';
import { createHttp, type HttpOptions, mediaType } from './http.ts';
import { parseJson, readJobId } from './replies.ts';
import { readSse } from './sse.ts';

export type InferOptions = HttpOptions & {
  maxTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  /** Only where the worker was started with one. */
  token?: string;
};

export type InferEvent =
  | { type: 'token'; text: string }
  | { type: 'error'; message: string }
  | { type: 'done' }
  /** No connection, or it ended before the answer did. */
  | { type: 'lost' };

const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('token'), t: z.string() }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);
const Refusal = z.object({ error: z.object({ message: z.string() }) });

/**
 * Asks a worker to continue `prompt`. Not OpenAI's way: a job is stored, and opening its stream starts it. Ends after one of
 * `done`, `error` and `lost`; throws nothing but the abort.
 */
export async function* infer(
  workerOrigin: string,
  prompt: string,
  options: InferOptions,
  signal: AbortSignal,
): AsyncGenerator<InferEvent, void, undefined> {
  const http = createHttp(options);
  const authorization = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  try {
    const reply = await http.read(`${workerOrigin}/v1/jobs`, signal, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify({
        operation: 'infer',
        hive_id: 'localhost',
        // Required, and ignored: a worker knows one model.
        model: 'model',
        prompt,
        max_tokens: options.maxTokens ?? 64,
        temperature: options.temperature ?? 0.7,
        ...(options.topP !== undefined && { top_p: options.topP }),
        ...(options.topK !== undefined && { top_k: options.topK }),
      }),
    });
    const jobId = reply.status === 200 ? readJobId(parseJson(reply.text)) : undefined;
    if (!jobId) {
      yield { type: 'error', message: describe(reply.text, reply.status) };
      return;
    }
    const url = `${workerOrigin}/v1/jobs/${encodeURIComponent(jobId)}/stream`;
    const { response, close } = await http.open(url, signal, authorization);
    try {
      if (response.status !== 200 || mediaType(response) !== 'text/event-stream' || !response.body) {
        yield { type: 'error', message: `The worker did not stream an answer (HTTP ${response.status}).` };
        return;
      }
      for await (const messages of readSse(response.body)) {
        for (const { data, cut } of messages) {
          signal.throwIfAborted();
          if (data === '[DONE]' && !cut) {
            yield { type: 'done' };
            return;
          }
          const line = Line.safeParse(parseJson(data)).data;
          if (line?.type === 'token') yield { type: 'token', text: line.t };
          if (line?.type !== 'error') continue;
          yield { type: 'error', message: clean(line.message, 2_000) };
          return;
        }
      }
    } finally {
      close();
    }
  } catch {
    signal.throwIfAborted();
  }
  yield { type: 'lost' };
}

function describe(body: string, status: number): string {
  const said = Refusal.safeParse(parseJson(body)).data?.error.message ?? body;
  return clean(said, 2_000).trim() || `HTTP ${status}`;
}
