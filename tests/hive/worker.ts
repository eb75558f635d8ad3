/**
 * The process that the stand-in hive spawns: has the API of rbee's LLM worker (rbee-keeper/rbee 0509312f,
 * bin/30_llm_worker_rbee) and sends invented tokens. `RBEE_WORKER` sets its behaviour.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

type Behaviour = {
  child: 'serve' | 'exit' | 'no-health-path' | 'unhealthy' | 'not-listening' | 'other-program';
  tokenMs: number;
  inferError?: string;
  apiToken?: string;
  /** The process ends when the pipe from the hive is closed. */
  followsHive?: boolean;
  /** The name under which the user has started the process, with the flags of the real program. */
  program?: string;
};

type Job = { prompt: string; maxTokens: number; opened: boolean };

const behaviour = JSON.parse(process.env.RBEE_WORKER ?? '{}') as Behaviour;
const flag = (name: string): string => process.argv[process.argv.indexOf(name) + 1] ?? '';
const port = Number(flag('--port'));
const jobs = new Map<string, Job>();
const inferFields = {
  hive_id: 'string',
  model: 'string',
  prompt: 'string',
  max_tokens: 'number',
  temperature: 'number',
};

if (behaviour.program) checkFlags(behaviour.program);
if (behaviour.child === 'exit') process.exit(2);
if (behaviour.followsHive) process.stdin.resume().on('end', () => process.exit(0));
// Ends processes that a test has left.
setTimeout(() => process.exit(0), 15 * 60_000).unref();
process.on('SIGTERM', () => process.exit(0));

if (behaviour.child === 'not-listening') {
  setInterval(() => {}, 60_000);
} else {
  const server = createServer((request, response) => void handle(request, response));
  server.on('error', () => process.exit(1));
  server.listen(port, '127.0.0.1');
}

/** Exits like the real programs if a flag is missing or unknown, or if the model file does not exist. */
function checkFlags(program: string): void {
  const required = ['--worker-id', '--model', '--port', '--hive-url'];
  if (program.endsWith('-cpu')) required.push('--model-ref');
  const given = process.argv.slice(2).filter((_, i) => i % 2 === 0);
  if (given.toSorted().join() !== required.toSorted().join() || !existsSync(flag('--model'))) process.exit(2);
  // The command line that `ps` lists.
  process.title = [program, ...process.argv.slice(2)].join(' ');
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://worker');
  if (behaviour.child === 'other-program')
    return text(response, 200, '<!doctype html><title>Another program</title>', 'text/html');
  if (pathname === '/health' && request.method === 'GET') return health(response);
  if (behaviour.apiToken && request.headers.authorization !== `Bearer ${behaviour.apiToken}`) {
    const code = request.headers.authorization ? 'INVALID_API_KEY' : 'MISSING_API_KEY';
    return json(response, 401, { error: { code, message: 'Authentication required' } });
  }
  if (request.method === 'POST' && /^\/v1\/(?:jobs|inference)$/.test(pathname)) return submit(request, response);
  const id = /^\/v1\/(?:jobs|inference)\/([^/]+)\/stream$/.exec(pathname)?.[1];
  if (request.method === 'GET' && id) return stream(response, id);
  text(response, 404, '');
}

function health(response: ServerResponse): void {
  if (behaviour.child === 'no-health-path') return text(response, 404, '');
  if (behaviour.child === 'unhealthy') return json(response, 503, { status: 'loading' });
  json(response, 200, { status: 'healthy' });
}

async function submit(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  } catch {
    return text(response, 400, 'Failed to parse the request body as JSON: expected value at line 1 column 1');
  }
  if (body.operation !== 'infer') return text(response, 500, 'Unsupported operation');
  const missing = Object.entries(inferFields).find(([field, type]) => typeof body[field] !== type)?.[0];
  if (missing) return text(response, 500, `Failed to parse operation: missing field \`${missing}\``);
  const id = `job-${randomUUID()}`;
  jobs.set(id, { prompt: String(body.prompt), maxTokens: Number(body.max_tokens), opened: false });
  json(response, 200, { job_id: id, sse_url: `/v1/jobs/${id}/stream` });
}

async function stream(response: ServerResponse, id: string): Promise<void> {
  const job = jobs.get(id);
  if (!job) return text(response, 404, `Job ${id} not found`);
  if (job.opened) return text(response, 500, `Job ${id} has no token receiver`);
  job.opened = true;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (data: string): void => void response.write(`data: ${data}\n\n`);
  const startedAt = String(Math.floor(Date.now() / 1_000));
  send(JSON.stringify({ type: 'started', job_id: id, model: 'model', started_at: startedAt }));
  if (behaviour.inferError) {
    send(JSON.stringify({ type: 'error', code: 'GENERATION_ERROR', message: behaviour.inferError }));
  } else {
    for (const [i, t] of tokens(job).entries()) {
      await new Promise((resolve) => setTimeout(resolve, behaviour.tokenMs));
      if (response.destroyed) return;
      send(JSON.stringify({ type: 'token', t, i }));
    }
  }
  send('[DONE]');
  response.end();
}

/** The same prompt always gets the same response. */
function tokens({ prompt, maxTokens }: Job): string[] {
  const topic = prompt.trim().split(/\s+/).at(-1) ?? 'nothing';
  const words =
    `You asked about ${topic} . A bee dances to tell the hive where flowers are — so does this worker .`.split(' ');
  return words.slice(0, maxTokens).map((word, i) => (i === 0 || word === '.' ? word : ` ${word}`));
}

function text(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  text(response, status, JSON.stringify(body), 'application/json');
}
