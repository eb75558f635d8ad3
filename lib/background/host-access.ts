import { hostPermissions } from '../hive/address.ts';
import { HiveUnreachable } from '../hive/client.ts';
import type { Fetch } from '../http.ts';

export type Access = ReturnType<typeof createAccess>;

/**
 * Which hosts the browser lets this extension reach. Users can withhold every host, loopback included (Chrome's site access, Firefox's
 * permission toggles). Without permission a request fails as if the host was down, although it may reach the server (measured in Chromium
 * 156, 2026-11-29), so it must not be sent.
 *
 * `contains` is `permissions.contains`. Its answers are kept until `changed` is called.
 */
export function createAccess(contains: (origins: string[]) => Promise<boolean>) {
  const known = new Map<string, Promise<boolean>>();

  function isAllowed(origins: string[]): Promise<boolean> {
    const key = origins.join(' ');
    const answer = known.get(key) ?? contains(origins);
    known.set(key, answer);
    return answer;
  }

  const mayReach = (url: string): Promise<boolean> => isAllowed(hostPermissions(url));

  return {
    isAllowed,
    /** Whether the host of this URL may be reached. */
    mayReach,
    /** `fetch` for hives and workers. Throws `HiveUnreachable`, which proves nothing about the host, if it may not be reached. */
    fetch: (async (url, init) => {
      if (!(await mayReach(url)))
        throw new HiveUnreachable('timeout', new URL(url).host, { code: 'permission-missing' });
      return globalThis.fetch(url, init);
    }) satisfies Fetch,
    /** The user has granted or removed permissions. */
    changed: () => known.clear(),
  };
}
