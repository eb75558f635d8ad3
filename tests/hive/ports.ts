import { findFreePort } from '../net/free-port.ts';

export type Ports = { assign(): Promise<number | undefined> };

const last = 9_999;

/** Assigns `base` to 9999 in order; ports are neither checked nor released. */
export function countingPorts(base: number): Ports {
  let next = base;
  const end = base > last ? 65_535 : last;
  return { assign: async () => (next <= end ? next++ : undefined) };
}

/** A free port each time. */
export const freePorts = (): Ports => ({ assign: findFreePort });
