import { i18n } from '#i18n';
import { formatLocale } from './language.ts';

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/**
 * `669 MB`, `4.9 GB`: decimal units, as hubs and rbee-hive use them.
 * With a `threshold` of 0.1 the next unit is used from a tenth of it on: `0.7 GB`.
 */
export function formatBytes(bytes: number, threshold = 1): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes / threshold) / 3), byteUnits.length - 1);
  const digits = power > 2 ? 1 : 0;
  return new Intl.NumberFormat(formatLocale(), {
    style: 'unit',
    unit: byteUnits[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(bytes / 1000 ** power);
}

/** `24 GB`, from gigabytes as rbee-hive reports them. */
export const formatMemory = (gigabytes: number): string =>
  new Intl.NumberFormat(formatLocale(), { style: 'unit', unit: 'gigabyte' }).format(gigabytes);

/** `12K`, `3.4M`. */
export const formatCount = (count: number): string =>
  new Intl.NumberFormat(formatLocale(), { notation: 'compact' }).format(count);

/** `7 MB/s`. */
export const formatSpeed = (bytesPerSecond: number): string =>
  i18n.t('progress.speed', { speed: formatBytes(bytesPerSecond) });

/** `40%`, rounded down as the hive does, so that 100% means complete. */
export const formatPercent = (percent: number): string =>
  new Intl.NumberFormat(formatLocale(), { style: 'percent' }).format(Math.floor(percent) / 100);

/** The longest duration shown: damaged records must not exceed what `Intl` supports. */
const maxDurationMs = 9_999 * 3_600_000;

/** `45 sec`, `12 min`, `3 hr, 5 min`; never negative. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(Math.min(Math.max(0, milliseconds), maxDurationMs) / 1000);
  const minutes = Math.round(seconds / 60);
  const [duration, options]: [Partial<Record<'hours' | 'minutes' | 'seconds', number>>, Intl.DurationFormatOptions] =
    seconds < 60
      ? [{ seconds }, { secondsDisplay: 'always' }]
      : minutes < 60
        ? [{ minutes }, {}]
        : [{ hours: Math.floor(minutes / 60), minutes: minutes % 60 }, { minutesDisplay: 'always' }];
  return new Intl.DurationFormat(formatLocale(), { style: 'short', ...options }).format(duration);
}

/** `now`, `5 min. ago`, `02:03 PM`, `Nov 3, 02:03 PM`. `at` and `now` are in ms since the epoch. */
export function formatWhen(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  const relative = new Intl.RelativeTimeFormat(formatLocale(), { numeric: 'auto', style: 'short' });
  if (minutes < 1) return relative.format(0, 'second');
  if (minutes < 60) return relative.format(-minutes, 'minute');
  const today = new Date(at).toDateString() === new Date(now).toDateString();
  const day: Intl.DateTimeFormatOptions = today ? {} : { day: 'numeric', month: 'short' };
  return formatTime(at, { ...day, hour: '2-digit', minute: '2-digit' });
}

/** `14:03:59`. */
export const formatClock = (at: number): string =>
  formatTime(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** The latest time that `Date` supports; `format` throws for later ones. */
const lastTime = 8_640_000_000_000_000;

const formatTime = (at: number, parts: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(formatLocale(), parts).format(Math.min(at, lastTime));
