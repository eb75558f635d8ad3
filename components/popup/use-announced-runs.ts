import { useEffect, useRef } from 'preact/hooks';
import { i18n } from '#i18n';
import { errorTitle } from '../../lib/i18n/error-titles.ts';
import { formatPercent } from '../../lib/i18n/format.ts';
import { nameSubject } from '../../lib/i18n/subject-texts.ts';
import type { Run } from '../../lib/runs/run.ts';
import { useAnnounce } from '../ui/announce.tsx';

/** Announces to screen readers what changed: each new state, and each quarter of a download. */
export function useAnnouncedRuns(runs: Run[]): void {
  const announce = useAnnounce();
  const before = useRef<Map<string, string>>(undefined);
  useEffect(() => {
    const now = new Map(runs.map((run) => [run.id, describe(run)]));
    const known = before.current;
    before.current = now;
    if (!known) return;
    for (const [id, text] of now) if (known.get(id) !== text) announce(id, text);
  }, [runs, announce]);
}

function describe(run: Run): string {
  const { name } = nameSubject(run.subject);
  const state = run.state === 'failed' && run.failure ? errorTitle(run.failure.code) : i18n.t(`state.${run.state}`);
  const percent = run.steps.find(({ state }) => state === 'active')?.progress?.percent;
  const quarter = run.state === 'downloading' && percent ? Math.floor(percent / 25) * 25 : 0;
  return quarter > 0
    ? i18n.t('progress.announcement_percent', { name, state, percent: formatPercent(quarter) })
    : i18n.t('progress.announcement', { name, state });
}
