import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { Confirmation } from '../../lib/confirmation.ts';
import { send } from '../../lib/messages/send.ts';
import type { Run } from '../../lib/runs/run.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import { NamedHives } from '../hive/hive-names.ts';
import { HiveRegion } from '../hive/hive-region.tsx';
import { Models } from '../hive/models.tsx';
import { Workers } from '../hive/workers.tsx';
import { Announce } from '../ui/announce.tsx';
import { useCloseOnEscape } from '../ui/close-on-escape.ts';
import { Expand, Sliders } from '../ui/icons.tsx';
import { type Live, useLive } from '../ui/live.ts';
import { openInTab, openOptions } from '../ui/open.ts';
import { poll } from '../ui/poll.ts';
import { useRestoreFocus } from '../ui/restore-focus.ts';
import { ShowRun } from '../ui/show-run.ts';
import { ConfirmationRequest } from './confirmation.tsx';
import { FirstUse } from './first-use.tsx';
import { HiveVersions, KnownHives } from './known-hives.ts';
import { Quarantined } from './quarantined.tsx';
import { RunList, type Target } from './run-list.tsx';
import { useAnnouncedRuns } from './use-announced-runs.ts';
import { type Hives, useHives } from './use-hives.ts';

const syncEveryMs = 15_000;

export type Props = {
  runs: Live<Run[]>;
  quarantined: Live<string[]>;
  settings: Live<Settings>;
  hives: Hives;
  confirmation: Live<Confirmation | undefined>;
  isTab: boolean;
};

export function App(props: Props) {
  return (
    <Announce>
      <Popup {...props} />
    </Announce>
  );
}

function Popup({ hives: initialHives, confirmation, isTab, ...stored }: Props) {
  const runs = useLive(stored.runs);
  const quarantined = useLive(stored.quarantined);
  const settings = useLive(stored.settings);
  const running = runs.flatMap(({ id, state }) => (state === 'running' ? [id] : [])).join();
  const { hives, error, replace } = useHives(initialHives, running);
  const { target, showRun } = useTargetRun();
  useSync();
  useAnnouncedRuns(runs);
  useRestoreFocus();
  useCloseOnEscape();

  return (
    <ShowRun.Provider value={showRun}>
      <KnownHives.Provider value={useUrls(hives)}>
        <HiveVersions.Provider value={useVersions(hives)}>
          <NamedHives.Provider value={settings.hives}>
            <header>
              <img src="/icons/48.png" width="24" height="24" alt="" />
              <h1>{i18n.t('extension_name')}</h1>
              {!isTab && (
                <button type="button" class="icon" aria-label={i18n.t('popup.open_tab')} onClick={openInTab}>
                  <Expand />
                </button>
              )}
              <button type="button" class="icon" aria-label={i18n.t('popup.open_options')} onClick={openOptions}>
                <Sliders />
              </button>
            </header>
            <main>
              <ConfirmationRequest confirmation={confirmation} />
              <HiveRegion hives={hives} error={error} onHives={replace} />
              <section aria-labelledby="runs-title">
                <h2 id="runs-title" tabIndex={-1}>
                  {i18n.t('popup.runs')}
                </h2>
                {runs.length === 0 && <FirstUse hives={hives} />}
                <Quarantined keys={quarantined} />
                <RunList runs={runs} target={target} />
              </section>
              <Workers hives={hives} runs={runs} />
              <Models hives={hives ?? []} />
            </main>
          </NamedHives.Provider>
        </HiveVersions.Provider>
      </KnownHives.Provider>
    </ShowRun.Provider>
  );
}

/** The same array as long as the addresses are the same: every run depends on it. */
function useUrls(hives: Hives['hives']): readonly string[] {
  const joined = hives?.map(({ url }) => url).join(' ') ?? '';
  return useMemo(() => joined.split(' ').filter(Boolean), [joined]);
}

/** The same object as long as the versions are the same. */
function useVersions(hives: Hives['hives']): Readonly<Record<string, string>> {
  const versions = JSON.stringify(Object.fromEntries(hives?.map(({ url, version }) => [url, version]) ?? []));
  return useMemo(() => JSON.parse(versions), [versions]);
}

/** Has the service worker verify running workers again while the view is visible. */
function useSync(): void {
  useEffect(() => {
    const controller = new AbortController();
    poll(async () => {
      // Not critical: what is stored stays on view, and the hive region says why nothing answers.
      await send('run/sync', {}).catch(() => {});
      return syncEveryMs;
    }, controller.signal);
    return () => controller.abort();
  }, []);
}

function readTarget(): Target | undefined {
  const id = new URLSearchParams(location.hash.slice(1)).get('run');
  return id ? { id } : undefined;
}

/** The run to scroll to: the one this view was opened for (`#run=<id>`), then the last one that was asked for. */
function useTargetRun() {
  const [target, setTarget] = useState(readTarget);
  useEffect(() => {
    const onChange = () => setTarget(readTarget);
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }, []);
  return { target, showRun: useCallback((id: string) => setTarget({ id }), []) };
}
