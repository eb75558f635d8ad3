import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { target } from './target.ts';

export type Reply = { status: number; headers: IncomingHttpHeaders; body: string };
export type Event = {
  /** As sent, without the empty line that ends it. */
  raw: string;
  event: string | undefined;
  data: string;
};
export type Narration = { path: string; action: string; message: string };
export type Outcome = {
  raw: string;
  headers: IncomingHttpHeaders;
  events: Event[];
  narrations: Narration[];
  marker: string;
};

type Init = { headers?: Record<string, string>; body?: string };

function open(method: string, path: string, { headers = {}, body }: Init = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, target.url), { method, headers, agent: false }, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

export async function ask(method: string, path: string, init?: Init): Promise<Reply> {
  const response = await open(method, path, init);
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') };
}

export const json = { 'content-type': 'application/json' };

/** Posts what may be no operation at all; the job's id. */
export async function submit(payload: unknown): Promise<string> {
  const reply = await ask('POST', '/v1/jobs', { headers: json, body: JSON.stringify(payload) });
  if (reply.status !== 200) throw new Error(`POST /v1/jobs: ${reply.status} ${reply.body}`);
  return (JSON.parse(reply.body) as { job_id: string }).job_id;
}

export const cancel = (id: string): Promise<Reply> => ask('DELETE', `/v1/jobs/${id}`);

function parseEvent(raw: string): Event {
  const lines = raw.split('\n');
  const of = (field: string): string[] =>
    lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2));
  return { raw, event: of('event')[0], data: of('data').join('\n') };
}

const isMarker = (data: string): boolean => /^\[(?:DONE|CANCELLED)\]$|^\[ERROR\] /.test(data);

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is being promised.
const narrationPattern = /^\x1b\[1m(.*?)\x1b\[0m \x1b\[2m(.*?)\x1b\[0m\n([\s\S]*?)\n$/;

export function parseNarration(data: string): Narration | undefined {
  const [, path, action, message] = narrationPattern.exec(data) ?? [];
  return path === undefined || action === undefined || message === undefined
    ? undefined
    : { path: path.trimEnd(), action: action.trimEnd(), message };
}

export type Stream = {
  status: number;
  headers: IncomingHttpHeaders;
  /** The next event; undefined once the server has closed the stream. */
  next(): Promise<Event | undefined>;
  /** Reads on until an event is as asked for. */
  until(wanted: (event: Event) => boolean): Promise<Event>;
  /** Hangs up. */
  close(): void;
};

export async function openStream(path: string): Promise<Stream> {
  const response = await open('GET', path);
  const bytes = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const decoder = new TextDecoder();
  let buffer = '';
  async function next(): Promise<Event | undefined> {
    for (;;) {
      const end = buffer.indexOf('\n\n');
      if (end >= 0) {
        const raw = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        return parseEvent(raw);
      }
      const { done, value } = await bytes.next();
      if (done) return undefined;
      buffer += decoder.decode(value, { stream: true });
    }
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next,
    until: async (wanted) => {
      for (let event = await next(); event; event = await next()) if (wanted(event)) return event;
      throw new Error('The stream ended before the event that was waited for.');
    },
    close: () => response.destroy(),
  };
}

export const follow = (id: string): Promise<Stream> => openStream(`/v1/jobs/${id}/stream`);

/** Everything the stream of a job says, to its end. */
export async function finish(id: string): Promise<Outcome> {
  const { body: raw, headers } = await ask('GET', `/v1/jobs/${id}/stream`);
  const events = raw.split('\n\n').slice(0, -1).map(parseEvent);
  const narrations = events.flatMap(({ data }) => parseNarration(data) ?? []);
  const marker = events.at(-1)?.data ?? '';
  return { raw, headers, events, narrations, marker: isMarker(marker) ? marker : '' };
}

export const run = async (payload: unknown): Promise<Outcome> => finish(await submit(payload));

/** Operation with the fields that nearly all share. */
export const operation = (name: string, fields: object = {}): object => ({
  operation: name,
  hive_id: 'localhost',
  ...fields,
});

export const actions = ({ narrations }: Outcome): string[] => narrations.map(({ action }) => action);
export const messageOf = ({ narrations }: Outcome, action: string): string | undefined =>
  narrations.find((narration) => narration.action === action)?.message;
