import { describe, expect, it } from 'vitest';
import { readBadge } from '../../../lib/background/badge.ts';
import { at, clicked, percent } from '../runs/play.ts';

const failed = at('downloading', { type: 'failed', code: 'disk', text: '' });

describe('the badge', () => {
  it.each([
    ['is empty where nothing goes on', [], '', 'none'],
    ['is empty for what is over', [at('running'), at('running', { type: 'worker-gone' })], '', 'none'],
    ['is the percentage of one run, without its decimals', [at('downloading', percent(36.9))], '36%', 'active'],
    ['does not say 100 % before it is', [at('downloading', percent(99.9))], '99%', 'active'],
    ['counts one run that has no percentage', [at('resolving')], '1', 'active'],
    ['counts a run that waits for its turn', [clicked()], '1', 'active'],
    ['counts several', [at('downloading', percent(36)), clicked(), at('running')], '2', 'active'],
    ['warns of a failure nobody has seen, whatever goes on', [failed, at('downloading', percent(50))], '!', 'failed'],
    [
      'forgets a failure that was seen',
      [at('downloading', { type: 'failed', code: 'disk', text: '' }, { type: 'seen' })],
      '',
      'none',
    ],
  ] as const)('%s', (_, runs, text, tone) => {
    expect(readBadge(runs)).toEqual({ text, tone });
  });
});
