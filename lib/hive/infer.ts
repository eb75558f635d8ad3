import * as z from 'zod/mini';
import { clean } from './events.ts';
import { createHttp, type HttpOptions } from './http.ts';
import { parseJson, readJobId } from './json.ts';

export type InferOptions = HttpOptions & {
  maxTokens?: number;
};

export type InferEvent =
  | { type: 'token'; text: string }
  | { type: 'error'; message: string }
  /** The worker requires a token (`LLORCH_API_TOKEN`). */
  | { type: 'locked' }
  | { type: 'done' }
  /** Ended at the limit of tokens or characters, so the answer may be incomplete. */
  | { type: 'cut' }
  /** No connection, or it ended before the answer was complete. */
  | { type: 'lost' };

/** Characters of an answer; a worker that sends more is disconnected. */
export const maxAnswer = 20_000;

const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('token'), t: z.string() }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);
const Refusal = z.object({ error: z.object({ message: z.string() }) });

/**
 * Asks a worker to continue `prompt`. Not compatible with OpenAI: a POST creates a job, and opening its stream starts it. Ends after one of
 * `done`, `cut`, `error`, `locked` and `lost`; throws nothing but the abort.
 */
export async function* infer(
  workerOrigin: string,
  prompt: string,
  { maxTokens = 64, ...options }: InferOptions,
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
        // Required but ignored: a worker has one model.
        model: 'model',
        prompt,
        max_tokens: maxTokens,
        temperature: 0.7,
      }),
    });
    const jobId = reply.status === 200 ? readJobId(parseJson(reply.text)) : undefined;
    if (reply.status === 401) {
      yield { type: 'locked' };
      return;
    }
    if (!jobId) {
      yield { type: 'error', message: describe(reply.text, reply.status) };
      return;
    }
    const url = `${workerOrigin}/v1/jobs/${encodeURIComponent(jobId)}/stream`;
    const stream = await http.open(url, signal);
    let room = maxAnswer;
    let tokens = 0;
    try {
      if (!stream.messages) {
        yield { type: 'error', message: describe('', stream.status) };
        return;
      }
      for await (const messages of stream.messages) {
        for (const { data } of messages) {
          signal.throwIfAborted();
          if (data === '[DONE]') {
            yield { type: tokens < maxTokens ? 'done' : 'cut' };
            return;
          }
          const line = z.safeParse(Line, parseJson(data)).data;
          if (line?.type === 'token') {
            yield { type: 'token', text: line.t };
            tokens += 1;
            room -= line.t.length;
            if (room < 0) {
              yield { type: 'cut' };
              return;
            }
          }
          if (line?.type !== 'error') continue;
          yield { type: 'error', message: clean(line.message, 2_000) };
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
  const refusal = z.safeParse(Refusal, parseJson(body)).data;
  return clean(refusal?.error.message ?? body, 2_000).trim() || `HTTP ${status}`;
}
