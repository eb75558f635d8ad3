import { describe, expect, it } from 'vitest';
import { readBadge } from '../../../lib/background/badge.ts';
import { at, clicked, percent } from '../runs/samples.ts';

const failed = at('downloading', { type: 'failed', code: 'disk', text: '' });
const choose = at('resolving', { type: 'choice-needed', reason: 'no-fit' });

describe('the badge', () => {
  it.each([
    ['is empty without runs', [], '', 'idle'],
    ['is empty for runs that run or have ended', [at('running'), at('running', { type: 'worker-gone' })], '', 'idle'],
    ['is the percentage of one run, rounded down', [at('downloading', percent(36.9))], '36%', 'active'],
    ['does not show 100 % before the end', [at('downloading', percent(99.9))], '99%', 'active'],
    ['is 1 for a run without a percentage', [at('resolving')], '1', 'active'],
    ['is 1 for a queued run', [clicked()], '1', 'active'],
    ['is 1 for a lost download', [at('downloading', percent(36), { type: 'lost', jobId: 'job-1' })], '1', 'active'],
    [
      'is 1 for a download that is being cancelled',
      [at('downloading', percent(36), { type: 'cancel-asked' })],
      '1',
      'active',
    ],
    ['counts active runs', [at('downloading', percent(36)), clicked(), at('running')], '2', 'active'],
    ['is ! for an unseen failure, even with active runs', [failed, at('downloading', percent(50))], '!', 'failed'],
    ['is ! for a run that needs the user, even with active runs', [at('downloading'), choose], '!', 'action-needed'],
    [
      'is empty once the failure was seen',
      [at('downloading', { type: 'failed', code: 'disk', text: '' }, { type: 'seen' })],
      '',
      'idle',
    ],
  ] as const)('%s', (_, runs, text, tone) => {
    expect(readBadge(runs)).toEqual({ text, tone });
  });
});
