import { i18n } from '#i18n';
import { browser } from '../browser.ts';
import type { Run } from '../runs/run.ts';
import { type Badge, readBadge } from './badge.ts';

const colours: Record<Badge['tone'], string> = { active: '#92400e', failed: '#b91c1c', none: '#92400e' };
const titles: Record<Badge['tone'], (count: string) => string> = {
  active: (count) => i18n.t('badge.active', { count }),
  failed: () => i18n.t('badge.failed'),
  none: () => i18n.t('badge.idle'),
};

/** Shows the runs on the toolbar. Calls the browser only where something changed: a burst of narration is no reason to. */
export function createBadge(): (runs: readonly Run[]) => void {
  let shown = '';
  return (runs) => {
    const badge = readBadge(runs);
    const title = titles[badge.tone](badge.text.endsWith('%') ? '1' : badge.text);
    const key = `${badge.tone} ${badge.text} ${title}`;
    if (key === shown) return;
    shown = key;
    void Promise.all([
      browser.action.setBadgeText({ text: badge.text }),
      browser.action.setBadgeBackgroundColor({ color: colours[badge.tone] }),
      browser.action.setTitle({ title }),
    ]).catch(() => {});
  };
}
