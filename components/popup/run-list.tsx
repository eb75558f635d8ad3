import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { send } from '../../lib/messages/send.ts';
import type { Run } from '../../lib/runs/run.ts';
import { hasEnded } from '../../lib/runs/steps.ts';
import { hasUnseenFailure } from '../../lib/runs/unseen-failure.ts';
import { useVisible } from '../ui/use-visible.ts';
import { arrange, belongsOnTop, countAhead } from './arrange-runs.ts';
import { headingId, RunItem } from './run-item.tsx';

/** A run to scroll to; a new object each time, so that the same run can be targeted again. */
export type Target = { id: string };

type Props = { runs: Run[]; target: Target | undefined };

export function RunList({ runs, target }: Props) {
  const onTop = useRef(new Set<string>());
  const shownOpen = useRef(new Set<string>());
  const [chosen, choose] = useState<ReadonlyMap<string, boolean>>(new Map());

  for (const run of runs) if (belongsOnTop(run)) onTop.current.add(run.id);
  const arranged = arrange(runs, onTop.current);
  for (const id of [...onTop.current, newest(runs)?.id, target?.id]) if (id) shownOpen.current.add(id);

  const onToggle = useCallback((id: string, open: boolean) => choose((before) => new Map(before).set(id, open)), []);
  useSeen(runs);
  useTarget(target, runs);

  return (
    <ul class="runs" aria-label={i18n.t('popup.runs')}>
      {arranged.map((run) => (
        <RunItem
          key={run.id}
          run={run}
          open={!hasEnded(run) || (chosen.get(run.id) ?? shownOpen.current.has(run.id))}
          opened={chosen.get(run.id) ?? false}
          ahead={run.state === 'queued' ? countAhead(run, runs) : 0}
          onToggle={onToggle}
        />
      ))}
    </ul>
  );
}

const newest = (runs: Run[]): Run | undefined =>
  runs.reduce<Run | undefined>((a, b) => (a && a.order > b.order ? a : b), undefined);

/** Tells the service worker which failures are visible. */
function useSeen(runs: Run[]): void {
  const reported = useRef(new Set<string>());
  const visible = useVisible();
  useEffect(() => {
    if (!visible) return;
    const unseen = runs.filter((run) => hasUnseenFailure(run) && !reported.current.has(`${run.id} ${run.attempt}`));
    if (unseen.length === 0) return;
    for (const run of unseen) reported.current.add(`${run.id} ${run.attempt}`);
    // Not critical: an unseen failure only keeps its mark in the toolbar, and the next view reports it again.
    void send('run/seen', { ids: unseen.map(({ id }) => id) }).catch(() => {});
  }, [runs, visible]);
}

/** Scrolls to the target and focuses it, as soon as it is in the list. */
function useTarget(target: Target | undefined, runs: Run[]): void {
  const done = useRef<Target>(undefined);
  useLayoutEffect(() => {
    if (!target || done.current === target || !runs.some(({ id }) => id === target.id)) return;
    done.current = target;
    const heading = document.getElementById(headingId(target.id));
    heading?.closest('li')?.scrollIntoView({ block: 'nearest' });
    heading?.focus({ preventScroll: true });
  }, [target, runs]);
}
