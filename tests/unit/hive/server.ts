import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';

export type SeenRequest = { line: string; body: string; headers: IncomingMessage['headers'] };

/** Starts an HTTP server on a free port for the running test. It records every request and replies with `handle`. */
export async function startServer(
  handle: (line: string, response: ServerResponse, request: SeenRequest) => void,
): Promise<{ url: string; port: number; requests: SeenRequest[]; lines(): string[]; stop(): Promise<void> }> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry = {
        line: `${request.method} ${request.url}`,
        body: Buffer.concat(chunks).toString(),
        headers: request.headers,
      };
      requests.push(entry);
      handle(entry.line, response, entry);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${port}`, port, requests, lines: () => requests.map(({ line }) => line), stop };
}

/** The URL of a free port, on which nothing listens. */
export async function findUnusedUrl(): Promise<string> {
  const server = await startServer(() => {});
  await server.stop();
  return server.url;
}

export const html = '<!doctype html><html><body><div id="root"></div></body></html>';

export function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

export const json = (response: ServerResponse, body: unknown) =>
  reply(response, 200, 'application/json', JSON.stringify(body));

export function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.flushHeaders();
}

/** Handles requests as a hive with one job that has this stream. */
export const oneJob =
  (stream: string | Buffer, jobId = 'job-1') =>
  (line: string, response: ServerResponse): void => {
    if (line === 'POST /v1/jobs') return json(response, { job_id: jobId, sse_url: `/v1/jobs/${jobId}/stream` });
    if (line !== `GET /v1/jobs/${jobId}/stream`) return reply(response, 200, 'text/html', html);
    openStream(response);
    response.end(stream);
  };

/** Replaces timers. The network still uses real time. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

export const never = new AbortController().signal;
