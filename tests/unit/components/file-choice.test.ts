import { describe, expect, it } from 'vitest';
import { marksOf } from '../../../components/ui/file-choice.ts';
import type { FileChoice } from '../../../lib/messages/contract.ts';
import '../english.ts';

const file = (name: string, more: Partial<FileChoice>): FileChoice => ({
  name,
  fit: 'cpu',
  loads: 'yes',
  recommended: false,
  downloaded: false,
  running: false,
  start: { subject: 'hf:org/name' },
  ...more,
});

describe('the marks of a file', () => {
  const loads = file('a', { recommended: true });
  const fails = file('b', { loads: 'no', downloaded: true });

  it('say that it cannot be loaded if another one can', () => {
    expect(marksOf(fails, [loads, fails])).toEqual(['Downloaded', 'Cannot be loaded']);
    expect(marksOf(loads, [loads, fails])).toEqual(['Recommended']);
  });

  it('do not repeat what is true of all files', () => {
    expect(marksOf(fails, [fails, file('c', { loads: 'no' })])).toEqual(['Downloaded']);
  });
});
