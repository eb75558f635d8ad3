import { i18n } from '#i18n';
import { browser } from '../browser.ts';
import type { Run } from '../runs/run.ts';
import { activeStep, needsNoAction } from '../runs/steps.ts';
import { hasUnseenFailure } from '../runs/unseen-failure.ts';

export type Badge = { text: string; tone: 'active' | 'failed' | 'action-needed' | 'none' };

/** `!` while a failure was not seen or a run needs the user; else a percentage for one active run, a count for several. */
export function readBadge(runs: readonly Run[]): Badge {
  if (runs.some(hasUnseenFailure)) return { text: '!', tone: 'failed' };
  if (runs.some(({ state }) => state === 'choose')) return { text: '!', tone: 'action-needed' };
  const active = runs.filter((run) => !needsNoAction(run));
  const [only] = active;
  if (!only) return { text: '', tone: 'none' };
  if (active.length > 1) return { text: String(active.length), tone: 'active' };
  const percent = activeStep(only)?.progress?.percent;
  return { text: percent === undefined ? '1' : `${Math.floor(percent)}%`, tone: 'active' };
}

const titles: Record<Badge['tone'], (count: string) => string> = {
  active: (count) => i18n.t('badge.active', { count }),
  failed: () => i18n.t('badge.failed'),
  'action-needed': () => i18n.t('badge.action_needed'),
  none: () => i18n.t('badge.idle'),
};

/** Returns a function that shows the runs on the toolbar. It calls the browser only if something changed. */
export function createBadge(): (runs: readonly Run[]) => void {
  let shown = '';
  return (runs) => {
    const { text, tone } = readBadge(runs);
    const title = titles[tone](text.endsWith('%') ? '1' : text);
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
