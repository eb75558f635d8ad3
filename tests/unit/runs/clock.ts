import { vi } from 'vitest';

type Timer = { at: number; order: number; call: () => void };

export type Clock = {
  readonly now: number;
  /** As `now`, but not affected by `set`. */
  readonly steady: number;
  /** Sets the clock, which does not affect timers. */
  set(now: number): void;
  /** Runs all timers that are due within `ms`, in order, each with its pending promises. */
  advance(ms: number): Promise<void>;
  /** Runs pending promises. */
  settle(): Promise<void>;
};

const immediate = setImmediate;

/** Replaces timers and `Date.now` for the running test. */
export function fakeClock(start: number): Clock {
  let passed = 0;
  let shift = start;
  let order = 0;
  const timers = new Map<number, Timer>();

  vi.stubGlobal('setTimeout', (call: () => void, ms = 0) => {
    order += 1;
    timers.set(order, { at: passed + Math.max(0, ms), order, call });
    return order;
  });
  vi.stubGlobal('clearTimeout', (id: number | undefined) => {
    if (id !== undefined) timers.delete(id);
  });
  vi.spyOn(Date, 'now').mockImplementation(() => passed + shift);

  const settle = () =>
    new Promise<void>((resolve) => {
      immediate(resolve);
    });
  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers.values()) if (!first || timer.at < first.at) first = timer;
    return first;
  };

  return {
    get now() {
      return passed + shift;
    },
    get steady() {
      return passed + start;
    },
    set(now) {
      shift = now - passed;
    },
    settle,
    async advance(ms) {
      const end = passed + ms;
      await settle();
      for (let timer = next(); timer && timer.at <= end; timer = next()) {
        timers.delete(timer.order);
        passed = timer.at;
        timer.call();
        await settle();
      }
      passed = end;
    },
  };
}
