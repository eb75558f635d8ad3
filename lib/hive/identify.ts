import { ipv4Twin, isLoopback, workerOrigin } from './address.ts';
import { HiveUnreachable, type Http, isGatewayError, readJson, type Unreachable } from './http.ts';
import { parseJson } from './json.ts';
import { isWorkerHealth, readDevices } from './replies.ts';
import type { Device } from './types.ts';

export type HiveIdentity =
  | { state: 'connected'; devices: Device[] }
  | { state: 'offline'; why: Unreachable }
  | { state: 'not-a-hive' }
  /** A hive from before 2025-11-01: it cannot install workers, and reports `[DONE]` for failed jobs too. */
  | { state: 'old-hive' };

/** `other`: a program that is not a worker answers. */
export type WorkerProbe = { state: 'healthy'; address: string } | { state: 'other' | 'refused' | 'timeout' };

/**
 * Whether a hive answers at `origin`: `/health` is exactly `ok` and `/v1/capabilities` parses. A hive answers every other path with its
 * web page and 200. Throws nothing but the abort.
 */
export async function identifyHive(http: Http, origin: string, signal: AbortSignal): Promise<HiveIdentity> {
  // Redirects are not followed, but seen: something answers, so the hive is not just offline.
  const read = (path: string) => http.read(`${origin}${path}`, signal, { redirect: 'manual' }, 'retry');
  try {
    const health = await read('/health');
    if (isGatewayError(health)) return { state: 'offline', why: 'gateway' };
    if (health.status !== 200 || health.text !== 'ok') return { state: 'not-a-hive' };
    const devices = readDevices(readJson(await read('/v1/capabilities')));
    if (devices) return { state: 'connected', devices };
    return { state: readDevices(readJson(await read('/capabilities'))) ? 'old-hive' : 'not-a-hive' };
  } catch (cause) {
    signal.throwIfAborted();
    return cause instanceof HiveUnreachable ? { state: 'offline', why: cause.why } : { state: 'not-a-hive' };
  }
}

/**
 * Whether a worker of the hive at `hive` answers on `port`. Behind a captive portal, something answers on every port of a remote host; unless the
 * hive itself is recognised, that counts as `timeout`: it proves nothing about the worker. Throws nothing but the abort.
 */
export async function probeWorkerAt(http: Http, hive: string, port: number, signal: AbortSignal): Promise<WorkerProbe> {
  const origin = workerOrigin(hive, port);
  const probe = await probeAddress(http, origin, signal);
  if (probe.state !== 'other') return probe;
  const twin = ipv4Twin(origin);
  if (twin) {
    const second = await probeAddress(http, twin, signal);
    return second.state === 'healthy' ? second : probe;
  }
  if (isLoopback(hive)) return probe;
  const health = await http.read(`${hive}/health`, signal).catch(() => undefined);
  signal.throwIfAborted();
  return health?.status === 200 && health.text === 'ok' ? probe : { state: 'timeout' };
}

async function probeAddress(http: Http, address: string, signal: AbortSignal): Promise<WorkerProbe> {
  try {
    const reply = await http.read(`${address}/health`, signal, {}, 'retry');
    return reply.status === 200 && isWorkerHealth(parseJson(reply.text))
      ? { state: 'healthy', address }
      : { state: 'other' };
  } catch (cause) {
    signal.throwIfAborted();
    return { state: cause instanceof HiveUnreachable && cause.why !== 'gateway' ? cause.why : 'other' };
  }
}
