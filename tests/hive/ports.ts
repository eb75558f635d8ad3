import { findFreePort } from '../net/free-port.ts';

export type Ports = { assign(): Promise<number | undefined> };

const last = 9_999;

/** Counts up from `base`; ports are burnt by each attempt and never looked at. Past 9999 there are none. */
export function countingPorts(base: number): Ports {
  let next = base;
  const end = base > last ? 65_535 : last;
  return { assign: async () => (next <= end ? next++ : undefined) };
}

/** A port nobody has, each time a new one. */
export const freePorts = (): Ports => ({ assign: findFreePort });
