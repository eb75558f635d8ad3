import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { Run } from '../../lib/runs/run.ts';
import type { HiveNames } from '../../lib/settings/hive-names.ts';
import { Names } from '../hive/hive-names.ts';
import { HiveRegion } from '../hive/hive-region.tsx';
import { Models } from '../hive/models.tsx';
import { Workers } from '../hive/workers.tsx';
import { Announce } from '../ui/announce.tsx';
import { GoTo } from '../ui/go-to.ts';
import { Expand, Sliders } from '../ui/icons.tsx';
import { openInTab, openOptions } from '../ui/open.ts';
import { useKeptFocus } from '../ui/use-kept-focus.ts';
import { Aside } from './aside.tsx';
import { FirstUse } from './first-use.tsx';
import { KnownHives } from './known-hives.ts';
import { RunList, type Target } from './run-list.tsx';
import { useAnnounced } from './use-announced.ts';
import { type Hives, useHives, useNames, useRuns } from './use-live.ts';

type Props = { runs: Run[]; aside: string[]; hives: Hives; names: HiveNames; isTab: boolean };

export function App(props: Props) {
  return (
    <Announce>
      <Popup {...props} />
    </Announce>
  );
}

function Popup({ runs: storedRuns, aside, hives: initialHives, names: initialNames, isTab }: Props) {
  const runs = useRuns(storedRuns);
  const running = runs.flatMap(({ id, state }) => (state === 'running' ? [id] : [])).join();
  const { hives, error, keep } = useHives(initialHives, running);
  const names = useNames(initialNames);
  const { target, goTo } = useTargetRun();
  useAnnounced(runs);
  useKeptFocus();
  const connected = hives?.some(({ state }) => state === 'connected') ?? false;
  const urls = hives?.map(({ url }) => url).join(' ') ?? '';
  const known = useMemo(() => urls.split(' ').filter(Boolean), [urls]);

  return (
    <GoTo.Provider value={goTo}>
      <KnownHives.Provider value={known}>
        <Names.Provider value={names}>
          <header>
            <img src="/icons/48.png" width="24" height="24" alt="" />
            <h1>{i18n.t('extension_name')}</h1>
            {!isTab && (
              <button type="button" class="icon" aria-label={i18n.t('app.open_tab')} onClick={openInTab}>
                <Expand />
              </button>
            )}
            <button type="button" class="icon" aria-label={i18n.t('app.open_options')} onClick={openOptions}>
              <Sliders />
            </button>
          </header>
          <main>
            <HiveRegion hives={hives} error={error} onHives={keep} />
            <section aria-labelledby="runs-title">
              <h2 id="runs-title" tabIndex={-1}>
                {i18n.t('app.runs')}
              </h2>
              {runs.length === 0 && <FirstUse connected={connected} />}
              <Aside initial={aside} />
              <RunList runs={runs} target={target} />
            </section>
            <Workers hives={hives} />
            <Models hives={hives ?? []} />
          </main>
        </Names.Provider>
      </KnownHives.Provider>
    </GoTo.Provider>
  );
}

function readTarget(): Target | undefined {
  const id = new URLSearchParams(location.hash.slice(1)).get('run');
  return id ? { id } : undefined;
}

/** The run to show: the one this view was opened for (`#run=<id>`), then whichever is gone to. */
function useTargetRun() {
  const [target, setTarget] = useState(readTarget);
  useEffect(() => {
    const onChange = () => setTarget(readTarget);
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }, []);
  return { target, goTo: useCallback((id: string) => setTarget({ id }), []) };
}
