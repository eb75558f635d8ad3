import { vi } from 'vitest';

type Timer = { at: number; order: number; call: () => void };

export type Clock = {
  readonly now: number;
  /** As `now`, and never set. */
  readonly steady: number;
  /** Somebody sets the clock; timers go by another, which nobody sets. */
  set(now: number): void;
  /** Lets so much time pass: every timer in its order, and after each everything that follows from it. */
  advance(ms: number): Promise<void>;
  /** Everything that follows without any time passing. */
  settle(): Promise<void>;
};

const immediate = setImmediate;

/** Takes the place of the timers and of `Date.now` for the running test. Hours cost what their timers cost. */
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
