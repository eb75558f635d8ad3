import type { TestProject } from 'vitest/node';
import { startHub } from '../../hub/start-hub.ts';
import { startHive } from '../start-hive.ts';
import type { Target } from './target.ts';

declare module 'vitest' {
  interface ProvidedContext {
    target: Target;
  }
}

/** Provides the hive to test: the one at `HIVE_URL`, or a stand-in. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { HIVE_URL, HIVE_CONFORMANCE = HIVE_URL ? 'read' : 'full' } = process.env;
  if (HIVE_CONFORMANCE !== 'read' && HIVE_CONFORMANCE !== 'full') {
    throw new Error(`HIVE_CONFORMANCE=${HIVE_CONFORMANCE}: "read" (nothing is changed on the hive) or "full"`);
  }
  if (HIVE_URL) {
    const url = new URL(HIVE_URL).origin;
    await fetch(`${url}/health`).catch((cause: unknown) => {
      throw new Error(`Nothing responds at ${url}. Is the hive running?`, { cause });
    });
    project.provide('target', { url, mode: HIVE_CONFORMANCE, standIn: false });
    return async () => {};
  }
  // With 40 MB/s the small model is downloaded at once, and the large one can be cancelled during its download.
  const hub = await startHub({ bytesPerSecond: 40e6 });
  const hive = await startHive({
    kind: 'better',
    hub: hub.url,
    installed: [],
    progressMs: 200,
    lockWaitMs: 500,
    killWaitMs: 200,
  });
  project.provide('target', { url: hive.url, mode: HIVE_CONFORMANCE, standIn: true });
  return async () => {
    await hive.stop();
    await hub.stop();
  };
}
