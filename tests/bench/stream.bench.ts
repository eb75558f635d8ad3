/**
 * Following 10,000 events of one job in a burst, compared with reading and discarding the same bytes, and a cancel while a hive floods.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createHiveClient } from '../../lib/hive/client.ts';
import { judge, median } from './bench.ts';

const events = 10_000;
const rounds = 41;
const bound = 2;
/** For a cancel, and for another hive to be identified, while a stream is flooded. */
const busyBoundMs = 1_000;

if (process.argv[2] === 'serve') serve();
else await measure();

/** In its own process, so that only reading is measured. Each event is its own chunk, as a hive sends them. Job `flood` never ends. */
function serve(): void {
  const header = `\x1b[1m${'rbee_hive::operations::worker::install'.padEnd(40)}\x1b[0m \x1b[2m${'build_output'.padEnd(20)}\x1b[0m`;
  const lines = Array.from({ length: events }, (_, i) => {
    const message = `   Compiling 🦀 crate-${i} v0.1.${i} (registry+https://example.invalid/index)`;
    return `data: ${header}\ndata: ${message}\ndata: \n\n`;
  });
  const flood = Buffer.from(lines.join(''));
  const server = createServer(({ method, url }, response) => {
    if (method === 'DELETE') {
      response.setHeader('content-type', 'application/json');
      return response.end('{"status":"cancelled"}');
    }
    if (url === '/health') {
      response.setHeader('content-type', 'text/plain');
      return response.end('ok');
    }
    if (url === '/v1/capabilities') {
      response.setHeader('content-type', 'application/json');
      return response.end('{"devices":[]}');
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    if (url?.includes('flood')) {
      const fill = () => {
        while (!response.destroyed && response.write(flood));
      };
      response.on('drain', fill);
      return fill();
    }
    for (const line of lines) response.write(line);
    response.end('data: [DONE]\n\n');
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address) process.stdout.write(`http://127.0.0.1:${address.port}\n`);
  });
  process.stdin.resume().once('end', () => process.exit());
}

async function measure(): Promise<void> {
  const server = spawn(process.execPath, [import.meta.filename, 'serve'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  const { signal } = new AbortController();
  const client = createHiveClient(url);

  const drain = async (): Promise<number> => {
    const response = await fetch(`${url}/v1/jobs/job-1/stream`);
    const reader = response.body?.getReader();
    let bytes = 0;
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) return bytes;
      bytes += chunk.value.length;
    }
  };
  const follow = async (): Promise<number> => {
    let seen = 0;
    await client.follow('job-1', signal, ({ type }) => {
      if (type === 'narration') seen += 1;
    });
    return seen;
  };
  const timed = async (work: () => Promise<number>): Promise<[number, number]> => {
    const start = performance.now();
    const result = await work();
    return [performance.now() - start, result];
  };

  const drains: number[] = [];
  const follows: number[] = [];
  let bytes = 0;
  let seen = events;
  // Alternating, so that other processes affect both; the first rounds only warm up.
  for (let round = -10; round < rounds; round += 1) {
    const drained = await timed(drain);
    const followed = await timed(follow);
    bytes = drained[1];
    seen = Math.min(seen, followed[1]);
    if (round < 0) continue;
    drains.push(drained[0]);
    follows.push(followed[0]);
  }

  const flooded = new AbortController();
  const flooding = client.follow('flood', flooded.signal, () => {}).catch(() => {});
  const busy: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const start = performance.now();
    await Promise.all([client.cancel('flood', signal), createHiveClient(url).identify(signal)]);
    busy.push(performance.now() - start);
  }
  flooded.abort();
  await flooding;
  server.stdin.end();

  console.log(`${events} events, ${bytes} bytes, ${rounds} rounds`);
  // Per round, because the load of the machine varies.
  const ratio = median(follows.map((time, round) => time / (drains[round] ?? Number.NaN)));
  console.log(`reading ${median(drains).toFixed(1)} ms, following ${median(follows).toFixed(1)} ms`);
  judge('stream, ratio to reading the same bytes', ratio, bound);
  judge('stream, events lost', events - seen, 0);
  judge('stream, slowest cancel during a flood in ms', Math.max(...busy), busyBoundMs);
}
