// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { poll } from '../../../components/ui/poll.ts';

let hidden = false;

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
});
afterEach(() => {
  vi.useRealTimers();
  Reflect.deleteProperty(document, 'hidden');
});

function show(visible: boolean): void {
  hidden = !visible;
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('polling', () => {
  it('runs at once, then after the delay that each run returns', async () => {
    const controller = new AbortController();
    const delays = [5_000, 15_000];
    const task = vi.fn(async () => delays.shift() ?? 60_000);
    poll(task, controller.signal);
    await vi.advanceTimersByTimeAsync(0);
    expect(task).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(task).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(14_999);
    expect(task).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(task).toHaveBeenCalledTimes(3);
    controller.abort();
  });

  it('pauses while the page is hidden and runs once when it is shown', async () => {
    const controller = new AbortController();
    const task = vi.fn(async () => 5_000);
    poll(task, controller.signal);
    await vi.advanceTimersByTimeAsync(0);
    show(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(task).toHaveBeenCalledTimes(1);
    show(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(task).toHaveBeenCalledTimes(2);
    show(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(task).toHaveBeenCalledTimes(2);
    controller.abort();
  });

  it('removes its timer and listener when it is aborted', async () => {
    const controller = new AbortController();
    const task = vi.fn(async () => 5_000);
    poll(task, controller.signal);
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    expect(vi.getTimerCount()).toBe(0);
    show(false);
    show(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(task).toHaveBeenCalledTimes(1);
  });
});
