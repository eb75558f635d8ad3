import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { type Event, isMarker, type Outcome, parseEvent, parseEvents, parseNarration } from './events.ts';

export type Reply = { status: number; headers: IncomingHttpHeaders; body: string; broken: boolean };
type Init = { headers?: Record<string, string>; body?: string };

export type Stream = {
  status: number;
  headers: IncomingHttpHeaders;
  /** The next event; undefined once the server has closed the stream. */
  next(): Promise<Event | undefined>;
  /** Reads events up to the first one that matches. */
  until(wanted: (event: Event) => boolean): Promise<Event>;
  /** Closes the connection. */
  close(): void;
};

export type Client = {
  send(method: string, path: string, init?: Init): Promise<Reply>;
  /** Submits a payload, which may be invalid, and returns the job's id. */
  submit(payload: unknown): Promise<string>;
  cancel(id: string): Promise<Reply>;
  openStream(path: string): Promise<Stream>;
  follow(id: string): Promise<Stream>;
  /** Reads the stream of a job to its end. */
  finish(id: string): Promise<Outcome>;
  run(payload: unknown): Promise<Outcome>;
};

export const json = { 'content-type': 'application/json' };

/** Sends requests to a hive without buffering: each request has its own connection, and bytes are read as they arrive. */
export function createClient(url: string): Client {
  const open = (method: string, path: string, { headers = {}, body }: Init = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const sent = request(new URL(path, url), { method, headers, agent: false }, resolve);
      sent.on('error', reject);
      sent.end(body);
    });

  const client: Client = {
    send: async (method, path, init) => {
      const response = await open(method, path, init);
      const chunks: Buffer[] = [];
      let broken = false;
      try {
        for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      } catch {
        broken = true;
      }
      const body = Buffer.concat(chunks).toString('utf8');
      return { status: response.statusCode ?? 0, headers: response.headers, body, broken };
    },
    submit: async (payload) => {
      const reply = await client.send('POST', '/v1/jobs', { headers: json, body: JSON.stringify(payload) });
      if (reply.status !== 200) throw new Error(`POST /v1/jobs: ${reply.status} ${reply.body}`);
      return (JSON.parse(reply.body) as { job_id: string }).job_id;
    },
    cancel: (id) => client.send('DELETE', `/v1/jobs/${id}`),
    openStream: async (path) => readStream(await open('GET', path)),
    follow: (id) => client.openStream(`/v1/jobs/${id}/stream`),
    finish: async (id) => {
      const { body: raw, headers, broken } = await client.send('GET', `/v1/jobs/${id}/stream`);
      const events = parseEvents(raw);
      const narrations = events.flatMap(({ data }) => parseNarration(data) ?? []);
      const last = events.at(-1)?.data ?? '';
      return { raw, headers, events, narrations, marker: isMarker(last) ? last : '', broken };
    },
    run: async (payload) => client.finish(await client.submit(payload)),
  };
  return client;
}

function readStream(response: IncomingMessage): Stream {
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
      throw new Error('The stream ended before the expected event.');
    },
    close: () => response.destroy(),
  };
}
