import { createServer } from 'node:net';

// Below the range of ephemeral ports, so that no outgoing connection uses one meanwhile.
const first = 20_000;
const last = 32_000;
/** Test processes run in parallel: each takes its ports from a part of its own, and none of them twice. */
const parts = 8;
const size = (last - first) / parts;
const part = Number(process.env.TEST_PARALLEL_INDEX ?? process.env.VITEST_POOL_ID ?? 0) % parts;
const given = new Set<number>();

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** A free port for a server that starts later. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = first + part * size + Math.floor(Math.random() * size);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}
