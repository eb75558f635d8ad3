import { i18n } from '#i18n';
import { browser } from '../browser.ts';
import { toKey } from '../i18n/keys.ts';
import type { Run } from '../runs/run.ts';
import { activeStep, isLost, needsNoAction } from '../runs/steps.ts';
import { hasUnseenFailure } from '../runs/unseen-failure.ts';

export type Badge = { text: string; tone: 'active' | 'failed' | 'action-needed' | 'idle' };

/** `!` while a failure was not seen or a run needs the user; else a percentage for one active run, a count for several. */
export function readBadge(runs: readonly Run[]): Badge {
  if (runs.some(hasUnseenFailure)) return { text: '!', tone: 'failed' };
  if (runs.some(({ state }) => state === 'choose')) return { text: '!', tone: 'action-needed' };
  const active = runs.filter((run) => !needsNoAction(run));
  const [only] = active;
  if (!only) return { text: '', tone: 'idle' };
  if (active.length > 1) return { text: String(active.length), tone: 'active' };
  const step = activeStep(only);
  // What was last heard of a lost job is no progress.
  const percent = only.cancel || isLost(step) ? undefined : step?.progress?.percent;
  return { text: percent === undefined ? '1' : `${Math.floor(percent)}%`, tone: 'active' };
}

/** Returns a function that shows the runs on the toolbar. It calls the browser only if something changed. */
export function createBadge(): (runs: readonly Run[]) => void {
  let shown = '';
  return (runs) => {
    const { text, tone } = readBadge(runs);
    const count = text.endsWith('%') ? '1' : text;
    const title = tone === 'active' ? i18n.t('badge.active', { count }) : i18n.t(`badge.${toKey(tone)}`);
    const key = `${tone} ${text} ${title}`;
    if (key === shown) return;
    shown = key;
    void Promise.all([
      browser.action.setBadgeText({ text }),
      browser.action.setBadgeBackgroundColor({ color: tone === 'failed' ? '#b91c1c' : '#92400e' }),
      browser.action.setTitle({ title }),
    ]).catch(() => {});
  };
}
