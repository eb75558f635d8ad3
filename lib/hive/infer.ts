import * as z from '../z.ts';
import { clean } from './events.ts';
import { createHttp, type HttpOptions } from './http.ts';
import { parseJson, readJobId } from './replies.ts';

export type InferOptions = HttpOptions & {
  maxTokens?: number;
};

export type InferEvent =
  | { type: 'token'; text: string }
  | { type: 'error'; message: string }
  | { type: 'done' }
  /** No connection, or it ended before the answer did. */
  | { type: 'lost' };

const Token = z.object({ type: z.literal('token'), t: z.string() });
const Trouble = z.object({ type: z.literal('error'), message: z.string() });
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
  try {
    const reply = await http.read(`${workerOrigin}/v1/jobs`, signal, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        operation: 'infer',
        hive_id: 'localhost',
        // Required, and ignored: a worker knows one model.
        model: 'model',
        prompt,
        max_tokens: options.maxTokens ?? 64,
        temperature: 0.7,
      }),
    });
    const jobId = reply.status === 200 ? readJobId(parseJson(reply.text)) : undefined;
    if (!jobId) {
      yield { type: 'error', message: describe(reply.text, reply.status) };
      return;
    }
    const url = `${workerOrigin}/v1/jobs/${encodeURIComponent(jobId)}/stream`;
    const stream = await http.open(url, signal);
    try {
      if (!stream.messages) {
        yield { type: 'error', message: `The worker did not stream an answer (HTTP ${stream.status}).` };
        return;
      }
      for await (const messages of stream.messages) {
        for (const { data, cut } of messages) {
          signal.throwIfAborted();
          if (data === '[DONE]' && !cut) {
            yield { type: 'done' };
            return;
          }
          const line = parseJson(data);
          const token = z.safeParse(Token, line).data;
          if (token) yield { type: 'token', text: token.t };
          const trouble = z.safeParse(Trouble, line).data;
          if (!trouble) continue;
          yield { type: 'error', message: clean(trouble.message, 2_000) };
          return;
        }
      }
    } finally {
      stream.close();
    }
  } catch {
    signal.throwIfAborted();
  }
  yield { type: 'lost' };
}

function describe(body: string, status: number): string {
  const said = z.safeParse(Refusal, parseJson(body)).data?.error.message ?? body;
  return clean(said, 2_000).trim() || `HTTP ${status}`;
}
