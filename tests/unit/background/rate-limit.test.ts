import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createRateLimit } from '../../../lib/background/rate-limit.ts';

describe('the rate limit for the requests of a tab', () => {
  let limit: ReturnType<typeof createRateLimit>;
  beforeEach(() => {
    vi.useFakeTimers();
    limit = createRateLimit({ burst: 3, everyMs: 1_000 });
    return () => vi.useRealTimers();
  });
  const takeAll = (tab: number) => {
    let taken = 0;
    while (taken < 100 && limit.tryTake(tab)) taken += 1;
    return taken;
  };

  it('allows a burst, then one request a second, and never more than the burst at once', () => {
    expect(takeAll(1)).toBe(3);
    vi.advanceTimersByTime(1_000);
    expect(takeAll(1)).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(takeAll(1)).toBe(3);
  });

  it('is separate for each tab', () => {
    expect([takeAll(1), takeAll(2)]).toEqual([3, 3]);
  });

  it('remains in effect if the clock is set back', () => {
    takeAll(1);
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(takeAll(1)).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(takeAll(1)).toBe(1);
  });

  it('delays a request, unless a newer one of the tab replaces it', async () => {
    takeAll(1);
    const replaced = limit.take(1);
    const newer = limit.take(1);
    await expect(replaced).rejects.toMatchObject({ code: 'message-rejected' });
    const done = vi.fn();
    void newer.then(done);
    await vi.advanceTimersByTimeAsync(999);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalled();
  });

  it('is stored only for the last 200 tabs', () => {
    takeAll(1);
    for (let tab = 2; tab <= 200; tab += 1) limit.tryTake(tab);
    expect(takeAll(1)).toBe(0);
    for (let tab = 201; tab <= 400; tab += 1) limit.tryTake(tab);
    expect(takeAll(1)).toBe(3);
  });
});
