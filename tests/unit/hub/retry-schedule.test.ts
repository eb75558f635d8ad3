import { describe, expect, it } from 'vitest';
import { HubError } from '../../../lib/hub/hub-error.ts';
import { nextAttemptAt } from '../../../lib/hub/retry-schedule.ts';

describe('the wait for a hub with a temporary problem', () => {
  it.each([
    ['is 2 s at first', 'server', 1, undefined, 2_000],
    ['is longer each time', 'time-out', 4, undefined, 16_000],
    ['is as long as the hub asks', 'rate-limited', 1, 45_000, 45_000],
    ['does not start if the hub asks for more than a minute', 'rate-limited', 1, 61_000, undefined],
    ['does not start if the hub asks for more than the rest of the minute', 'rate-limited', 3, 58_000, undefined],
    ['does not start a sixth time', 'unreachable', 6, undefined, undefined],
    ['does not start if the answer will be the same', 'missing', 1, undefined, undefined],
  ] as const)('%s', (_, trouble, attempts, retryAfterMs, wait) => {
    const at = nextAttemptAt(new HubError(trouble, '', { retryAfterMs }), attempts, 1_000);
    expect(at).toBe(wait && 1_000 + wait);
  });
});
