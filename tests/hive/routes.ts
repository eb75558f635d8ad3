import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readBody } from '../net/listener.ts';
import { sleep } from '../net/wait.ts';
import type { RequestFault, RouteName } from './faults.ts';
import type { Hive, HiveRequest } from './hive.ts';
import { createJob, type Job } from './jobs.ts';
import { formatEvent } from './narration.ts';
import { operations } from './operations/index.ts';
import { parseOperation } from './serde.ts';
import { createStreamWriter, type StreamWriter } from './stream-writer.ts';
import { telemetryOf } from './telemetry.ts';
import { runJob, type Work } from './work.ts';

const bodyLimit = 2_097_152;
/** Number of unsent heartbeats after which a slow reader is disconnected. */
const maxUnsentHeartbeats = 100;
const plain = 'text/plain; charset=utf-8';
const router = 'rbee_hive::job_router::route_operation';
const page =
  '<!doctype html>\n<html lang="en">\n  <head><title>rbee Hive</title></head>\n  <body><div id="root"></div></body>\n</html>\n';
const channelNotFound = 'ERROR: Job channel not found. This may indicate a race condition or job creation failure.';

type Exchange = {
  hive: Hive;
  request: IncomingMessage;
  response: ServerResponse;
  entry: HiveRequest;
  fault: RequestFault | undefined;
};
type Reply = { status?: number; type?: string; body?: string; headers?: Record<string, string> };
/** A route returns its reply, or undefined if it has written a stream. */
type Route = {
  name: RouteName;
  methods: readonly string[];
  path: RegExp;
  handle: (exchange: Exchange, id: string) => Promise<Reply | undefined>;
};

const json = (body: unknown): Reply => ({ type: 'application/json', body: JSON.stringify(body) });
const text = (status: number, body: string): Reply => ({ status, type: plain, body });

function routesOf(hive: Hive): readonly Route[] {
  return [
    { name: 'health', methods: ['GET'], path: /^\/health$/, handle: async () => text(200, 'ok') },
    {
      name: 'capabilities',
      methods: ['GET'],
      path: /^\/v1\/capabilities$/,
      handle: async () => json({ devices: hive.devices }),
    },
    { name: 'heartbeats', methods: ['GET'], path: /^\/v1\/heartbeats\/stream$/, handle: heartbeats },
    { name: 'submit', methods: ['POST'], path: /^\/v1\/jobs$/, handle: submit },
    { name: 'stream', methods: ['GET'], path: /^\/v1\/jobs\/([^/]+)\/stream$/, handle: follow },
    { name: 'cancel', methods: ['DELETE'], path: /^\/v1\/jobs\/([^/]+)$/, handle: cancel },
    { name: 'shutdown', methods: ['POST'], path: /^\/v1\/shutdown$/, handle: shutdown },
    {
      name: 'dev',
      methods: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'],
      path: /^\/dev(?:\/.*)?$/,
      handle: async () => text(502, 'Dev proxy error: error sending request for url (http://localhost:7836/)'),
    },
    { name: 'ui', methods: ['GET'], path: /./, handle: async () => ({ type: 'text/html', body: page }) },
  ];
}

export function createHandler(hive: Hive): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const routes = routesOf(hive);
  return async (request, response) => {
    const entry = record(hive, request, response);
    response.removeHeader('connection');
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('vary', 'origin, access-control-request-method, access-control-request-headers');
    const pathname = new URL(entry.path, 'http://hive').pathname;
    const route = routes.find((entry) => entry.path.test(pathname)) as Route;
    const id = decodeURIComponent(route.path.exec(pathname)?.[1] ?? '');
    const job = hive.live.get(id);
    if (job) Object.assign(entry, { jobId: id, ...(job.operation !== undefined && { operation: job.operation }) });
    if (request.method === 'POST') await readInto(entry, request);
    hive.changes.changed();

    const fault = hive.faults.request(route.name, entry.operation);
    if (fault && !fault.late && (await applyFault(hive, fault, request, response))) return;
    if (request.method === 'OPTIONS') return finish(request, response, preflight());
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    if (!route.methods.includes(method)) return finish(request, response, notAllowed(route));
    // With a late fault on a stream, the job starts although the headers are delayed.
    const reply = await route.handle({ hive, request, response, entry, fault }, id);
    if (!reply) return;
    if (fault?.late && (await applyFault(hive, fault, request, response))) return;
    finish(request, response, reply);
  };
}

function record(hive: Hive, request: IncomingMessage, response: ServerResponse): HiveRequest {
  const entry: HiveRequest = {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: request.headers,
    closed: false,
    at: performance.timeOrigin + performance.now(),
  };
  hive.requests.push(entry);
  response.on('close', () => {
    entry.closed = true;
    hive.changes.changed();
  });
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = ((status: number, ...rest: unknown[]) => {
    entry.status = status;
    hive.log(`${entry.method} ${entry.path}${entry.operation ? ` (${entry.operation})` : ''} -> ${status}`);
    hive.changes.changed();
    return writeHead(status, ...rest);
  }) as ServerResponse['writeHead'];
  return entry;
}

async function readInto(entry: HiveRequest, request: IncomingMessage): Promise<void> {
  const body = await readBody(request, bodyLimit);
  if (body === undefined) return;
  entry.body = body;
  try {
    entry.json = JSON.parse(body);
  } catch {
    return;
  }
  const operation = (entry.json as { operation?: unknown } | null)?.operation;
  if (typeof operation === 'string') entry.operation = operation;
}

/** Returns whether the fault has handled the request. */
async function applyFault(
  hive: Hive,
  fault: RequestFault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (fault.delayMs) await sleep(fault.delayMs, hive.killed.signal).catch(() => {});
  if (fault.drop) request.socket.destroy();
  if (fault.reply) {
    const { status = 200, headers = { 'content-type': plain }, body = '', repeat = 1 } = fault.reply;
    response.writeHead(status, headers);
    // The client may disconnect meanwhile.
    await pipeline(Readable.from(Array(repeat).fill(body)), response).catch(() => {});
  }
  return Boolean(fault.drop ?? fault.hang ?? fault.reply);
}

function finish(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const { status = 200, type, body = '', headers = {} } = reply;
  response.writeHead(status, {
    ...(type && { 'content-type': type }),
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const preflight = (): Reply => ({
  headers: { 'access-control-allow-methods': '*', 'access-control-allow-headers': '*' },
});

const notAllowed = ({ methods }: Route): Reply => ({
  status: 405,
  headers: { allow: methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(',') },
});

async function submit({ hive, request, entry }: Exchange): Promise<Reply> {
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(request.headers['content-type'] ?? '')) {
    return text(415, 'Expected request with `Content-Type: application/json`');
  }
  if (entry.body === undefined) return text(413, 'Failed to buffer the request body: length limit exceeded');
  if (entry.json === undefined) {
    const reason =
      entry.body.trim() === '' ? 'EOF while parsing a value at line 1 column 0' : 'expected value at line 1 column 1';
    return text(400, `Failed to parse the request body as JSON: ${reason}`);
  }
  const job = createJob(entry.json);
  hive.jobs.push(job);
  hive.live.set(job.id, job);
  entry.jobId = job.id;
  hive.changes.changed();
  return json({ job_id: job.id, sse_url: `/v1/jobs/${job.id}/stream` });
}

async function cancel({ hive, fault }: Exchange, id: string): Promise<Reply> {
  const job = hive.live.get(id);
  if (job?.state !== 'queued') return text(404, `Job ${id} not found or cannot be cancelled`);
  if (!fault?.tooLate) {
    job.state = 'cancelled';
    job.cancel.abort();
  }
  return json({ job_id: id, status: 'cancelled' });
}

async function shutdown({ hive }: Exchange): Promise<Reply> {
  setTimeout(() => hive.shutdown(), 500);
  return {};
}

async function execute(work: Work): Promise<void> {
  const parsed = parseOperation(work.job.payload, operations);
  if ('error' in parsed) throw new Error(`Failed to parse operation: ${parsed.error}`);
  await work.narrate('route_job', `Executing operation: ${parsed.name}`);
  await operations[parsed.name]?.run(work, parsed.args);
}

async function follow({ hive, request, response, fault }: Exchange, id: string): Promise<undefined> {
  const job = hive.live.get(id);
  const isFirst = job && !job.opened;
  if (isFirst) {
    job.opened = true;
    job.openedAt = Date.now();
    const path = operations[job.operation ?? '']?.path ?? router;
    void runJob(hive, job, path, execute);
    hive.changes.changed();
  }
  if (fault?.late && (await applyFault(hive, fault, request, response))) return;
  const writer = openStream(response, hive, fault);
  if (request.method === 'HEAD') {
    job?.queue.abandon();
    writer.end();
    return;
  }
  if (!isFirst) {
    const sent = await writer.send(formatEvent(channelNotFound));
    if (sent) await writer.send(formatEvent('[DONE]'));
    if (!writer.closed.aborted) writer.end();
    return;
  }
  writer.closed.addEventListener('abort', () => job.queue.abandon());
  await sendEvents(hive, job, writer);
}

async function sendEvents(hive: Hive, job: Job, writer: StreamWriter): Promise<void> {
  for (let event = await job.queue.next(); event !== undefined; event = await job.queue.next()) {
    if (!(await writer.send(event))) return;
  }
  if (hive.killed.signal.aborted) return;
  const markers = { queued: '[DONE]', completed: '[DONE]', failed: `[ERROR] ${job.error}`, cancelled: '[CANCELLED]' };
  await writer.send(formatEvent(markers[job.state]));
  if (!writer.closed.aborted) writer.end();
}

async function heartbeats({ hive, request, response, fault }: Exchange): Promise<undefined> {
  const writer = openStream(response, hive, fault);
  if (request.method === 'HEAD') {
    writer.end();
    return;
  }
  const ended = AbortSignal.any([writer.closed, hive.killed.signal]);
  let unsent = 0;
  try {
    while (unsent <= maxUnsentHeartbeats) {
      await sleep(hive.options.heartbeatMs ?? 1_000, ended);
      unsent++;
      void writer.send(formatEvent(telemetryOf(hive), 'heartbeat')).then(() => unsent--);
    }
    response.destroy();
  } catch {
    return; // The reader has disconnected or the hive was killed.
  }
}

function openStream(response: ServerResponse, hive: Hive, fault: RequestFault | undefined): StreamWriter {
  response.writeHead(200, {
    'content-type': fault?.stream?.contentType ?? 'text/event-stream',
    'cache-control': 'no-cache',
  });
  response.flushHeaders();
  return createStreamWriter(response, fault?.stream, hive.gates);
}
