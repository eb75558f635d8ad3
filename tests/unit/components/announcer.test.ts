import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAnnouncer } from '../../../components/ui/announcer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listen() {
  const heard: string[] = [];
  return { heard, ...createAnnouncer((text) => heard.push(text)) };
}

describe('the announcer for screen readers', () => {
  it('announces the first text at once', () => {
    const { heard, say } = listen();
    say('a', 'Phi: Downloading.');
    expect(heard).toEqual(['Phi: Downloading.']);
  });

  it('announces later texts after five seconds, for each run only the newest', () => {
    const { heard, say } = listen();
    say('a', 'Phi: Downloading.');
    say('a', 'Phi: Downloading, 25 %.');
    say('b', 'Qwen: Queued.');
    say('a', 'Phi: Starting.');
    vi.advanceTimersByTime(4_999);
    expect(heard).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(heard.slice(1)).toEqual(['Qwen: Queued. Phi: Starting.']);
  });

  it('announces a hundred changes within twenty seconds five times', () => {
    const { heard, say } = listen();
    for (let at = 0; at < 20_000; at += 200) {
      say('a', `${at}`);
      vi.advanceTimersByTime(200);
    }
    expect(heard.filter((text) => text !== '')).toHaveLength(5);
  });

  it('announces the same text again later', () => {
    const { heard, say } = listen();
    say('copy', 'Copied');
    vi.advanceTimersByTime(10_000);
    say('copy', 'Copied');
    expect(heard).toEqual(['Copied', '', 'Copied']);
  });

  it('announces nothing after it was stopped and leaves no timer', () => {
    const { heard, say, stop } = listen();
    say('a', 'one');
    say('a', 'two');
    stop();
    vi.advanceTimersByTime(60_000);
    expect(heard).toEqual(['one']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
