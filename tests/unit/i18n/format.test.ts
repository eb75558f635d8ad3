import { describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import '../english.ts';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatMemory,
  formatPercent,
  formatSpeed,
  formatWhen,
} from '../../../lib/i18n/format.ts';

describe('numbers in English', () => {
  it.each([
    [formatBytes(0), '0 bytes'],
    [formatBytes(999), '999 bytes'],
    [formatBytes(1_000), '1 kB'],
    [formatBytes(999_400), '999 kB'],
    [formatBytes(807_694_464), '808 MB'],
    [formatBytes(807_694_464, 0.1), '0.8 GB'],
    [formatBytes(4_683_073_184), '4.7 GB'],
    [formatBytes(5e15), '5,000.0 TB'],
    [formatMemory(24), '24 GB'],
    [formatCount(12_345), '12K'],
    [formatSpeed(7_270_000), '7 MB/s'],
    [formatPercent(0.4), '0%'],
    [formatPercent(36.9), '36%'],
    [formatPercent(99.9), '99%'],
    [formatPercent(100), '100%'],
    [formatDuration(-5_000), '0 sec'],
    [formatDuration(59_400), '59 sec'],
    [formatDuration(59_600), '1 min'],
    [formatDuration(3_540_000), '59 min'],
    [formatDuration(3_599_000), '1 hr, 0 min'],
    [formatDuration(11_100_000), '3 hr, 5 min'],
    [formatDuration(Number.MAX_SAFE_INTEGER), '9,999 hr, 0 min'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });

  it('times are relative within an hour, then times of day, then dates', () => {
    const now = new Date(2026, 10, 23, 14, 30).getTime();
    const when = (hour: number, minute: number, day = 23) =>
      formatWhen(new Date(2026, 10, day, hour, minute).getTime(), now);
    expect([when(14, 30), when(14, 25)]).toEqual(['now', '5 min. ago']);
    expect(when(13, 3)).toMatch(/^01:03.PM$/);
    expect(when(9, 3, 21)).toMatch(/^Nov 21, 09:03.AM$/);
    expect(formatClock(now)).toBe('14:30:00');
  });

  it.each([
    ['en-GB', '21 Nov, 13:03'],
    ['pl', 'Nov 21, 01:03 PM'],
  ])('for browser language %s, its regional format is used only if the texts are in that language', (ui, expected) => {
    vi.spyOn(fakeBrowser.i18n, 'getUILanguage').mockReturnValue(ui);
    const text = formatWhen(new Date(2026, 10, 21, 13, 3).getTime(), new Date(2026, 10, 23).getTime());
    expect(text.replace(/\s/g, ' ')).toBe(expected);
  });
});
