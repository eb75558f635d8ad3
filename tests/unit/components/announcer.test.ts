import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAnnouncer } from '../../../components/ui/announcer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const announced: string[] = [];
  return { announced, ...createAnnouncer((text) => announced.push(text)) };
}

describe('the announcer for screen readers', () => {
  it('announces the first text at once', () => {
    const { announced, say } = start();
    say('a', 'Phi: Downloading.');
    expect(announced).toEqual(['Phi: Downloading.']);
  });

  it('announces later texts after five seconds, only the newest one of each run', () => {
    const { announced, say } = start();
    say('a', 'Phi: Downloading.');
    say('a', 'Phi: Downloading, 25 %.');
    say('b', 'Qwen: Queued.');
    say('a', 'Phi: Starting.');
    vi.advanceTimersByTime(4_999);
    expect(announced).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(announced.slice(1)).toEqual(['Qwen: Queued. Phi: Starting.']);
  });

  it('announces a hundred changes within twenty seconds five times', () => {
    const { announced, say } = start();
    for (let at = 0; at < 20_000; at += 200) {
      say('a', `${at}`);
      vi.advanceTimersByTime(200);
    }
    expect(announced.filter((text) => text !== '')).toHaveLength(5);
  });

  it('announces the same text again later', () => {
    const { announced, say } = start();
    say('copy', 'Copied');
    vi.advanceTimersByTime(10_000);
    say('copy', 'Copied');
    expect(announced).toEqual(['Copied', '', 'Copied']);
  });

  it('announces nothing after it was stopped, and clears its timer', () => {
    const { announced, say, stop } = start();
    say('a', 'one');
    say('a', 'two');
    stop();
    vi.advanceTimersByTime(60_000);
    expect(announced).toEqual(['one']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
