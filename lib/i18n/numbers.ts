import { i18n } from '#i18n';
import { formatBytes, language } from './bytes.ts';

export { formatBytes, formatMemory, language } from './bytes.ts';

export const formatSpeed = (bytesPerSecond: number): string =>
  i18n.t('progress.speed', { speed: formatBytes(bytesPerSecond) });

/** `40`, `36.5` only below 10: whole points are steady to look at, the first ones are what shows that something moves. */
export const formatPercent = (percent: number): string =>
  new Intl.NumberFormat(language(), { maximumFractionDigits: percent < 10 ? 1 : 0 }).format(
    percent < 100 ? Math.min(percent, 99.4) : 100,
  );

/** `45 s`, `12 min`, `3 h 5 min`; never negative. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return i18n.t('time.seconds', { n: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return i18n.t('time.minutes', { n: minutes });
  return i18n.t('time.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** `just now`, `5 min ago`, `at 02:03 PM`, `at Nov 3, 02:03 PM`. */
export function formatWhen(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return i18n.t('time.now');
  if (minutes < 60) return i18n.t('time.minutes_ago', { n: minutes });
  const today = new Date(at).toDateString() === new Date(now).toDateString();
  const day: Intl.DateTimeFormatOptions = today ? {} : { day: 'numeric', month: 'short' };
  return i18n.t('time.at', { time: formatTime(at, { ...day, hour: '2-digit', minute: '2-digit' }) });
}

/** `14:03:59`. */
export const formatClock = (at: number): string =>
  formatTime(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** The last moment a date can name; later ones would throw. */
const endOfTime = 8_640_000_000_000_000;

const formatTime = (at: number, parts: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(language(), parts).format(Math.min(at, endOfTime));
