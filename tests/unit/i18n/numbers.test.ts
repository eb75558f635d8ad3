import { describe, expect, it } from 'vitest';
import '../english.ts';
import { formatBytes, formatDuration, formatPercent, formatSpeed, formatWhen } from '../../../lib/i18n/numbers.ts';

describe('numbers as people read them', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [999_400, '999 kB'],
    [807_694_464, '808 MB'],
    [4_683_073_184, '4.7 GB'],
    [42_520_000_000, '42.5 GB'],
    [5e15, '5,000.0 TB'],
  ])('%i bytes are %s', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });

  it('speed is a size each second', () => {
    expect(formatSpeed(7_270_000)).toBe('7 MB/s');
  });

  it.each([
    [0, '0'],
    [0.4, '0.4'],
    [9.94, '9.9'],
    [36.5, '37'],
    [99.9, '99'],
    [100, '100'],
  ])('%f %% reads %s: never a hundred before it is', (percent, expected) => {
    expect(formatPercent(percent)).toBe(expected);
  });

  it.each([
    [-5_000, '0 s'],
    [400, '0 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [3_540_000, '59 min'],
    [3_599_000, '1 h 0 min'],
    [11_100_000, '3 h 5 min'],
  ])('%i ms are %s', (milliseconds, expected) => {
    expect(formatDuration(milliseconds)).toBe(expected);
  });

  it('a time is told from now, then by the clock, then with its day', () => {
    const now = new Date(2026, 10, 23, 14, 30).getTime();
    const at = (hour: number, minute: number, day = 23) =>
      formatWhen(new Date(2026, 10, day, hour, minute).getTime(), now);
    expect(at(14, 30)).toBe('just now');
    expect(at(14, 25)).toBe('5 min ago');
    expect(at(13, 3)).toMatch(/^at 01:03.PM$/);
    expect(at(9, 3, 21)).toMatch(/^at Nov 21, 09:03.AM$/);
  });
});
