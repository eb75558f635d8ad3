import { afterEach, beforeEach } from 'vitest';
import { type HiveOptions, type StandIn, startHive } from '../../hive/start-hive.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';
import { openTestService, type ServiceOptions, type TestService } from './test-service.ts';

/** Hub, hives and service of the running test. Importing this file starts the hub before each test and stops all of them after it. */
export let hub: Hub;
export let hives: StandIn[];
/** The first hive. */
export let hive: StandIn;
export let service: TestService;
let used: ServiceOptions;

beforeEach(async () => {
  hub = await startHub({ maxBytesSent: 65_536 });
  hives = [];
});
afterEach(async () => {
  service.terminate();
  await Promise.all([hub.stop(), ...hives.map((each) => each.stop())]);
});

/** Starts hives, which by default can install and spawn, and a service with these hives. Returns the addresses of the hives. */
export async function open(
  options: HiveOptions | readonly HiveOptions[] = {},
  { host = '127.0.0.1', ...more }: Partial<ServiceOptions> & { host?: string } = {},
): Promise<string[]> {
  hives = await Promise.all(
    [options].flat().map((one) => startHive({ kind: 'better', hub: hub.url, progressMs: 20, heartbeatMs: 20, ...one })),
  );
  hive = hives[0] as StandIn;
  const urls = hives.map(({ url }) => url.replace('127.0.0.1', host));
  used = { hive: urls[0] ?? '', others: urls.slice(1), hub: hub.url, ...more };
  service = await openTestService(used);
  return urls;
}

/** Terminates the service worker and starts the next one with the same storage. */
export async function restartService(): Promise<void> {
  service.terminate();
  service = await openTestService({ ...used, area: service.area });
}

/** The number of jobs of this operation that were submitted to the first hive. */
export const posts = (operation: string): number => hive.calls().filter((call) => call === `POST ${operation}`).length;
