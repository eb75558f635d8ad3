import { i18n } from '#i18n';
import type { HiveStatus, HiveWorker } from '../../lib/hive/types.ts';
import type { Run } from '../../lib/runs/run.ts';
import { CopyButton } from '../ui/copy.tsx';

type Props = { hives: HiveStatus[] | undefined; runs: readonly Run[] };

/** The worker processes on the connected hives. */
export function Workers({ hives, runs }: Props) {
  const connected = hives?.filter(({ state }) => state === 'connected');
  const workers = connected?.flatMap((hive) => hive.workers ?? []) ?? [];
  return (
    <section class="facts">
      <h2 id="workers-title" tabIndex={-1}>
        {i18n.t('workers.title')}
      </h2>
      {workers.length === 0 && <p class="hint">{describeNone(connected, runs)}</p>}
      <ul aria-labelledby="workers-title">
        {workers.map((worker) => (
          <Worker key={worker.address} worker={worker} />
        ))}
      </ul>
    </section>
  );
}

function Worker({ worker }: { worker: HiveWorker }) {
  const name = worker.model ?? i18n.t('workers.no_model', { port: worker.port });
  return (
    <li class="fact" data-pid={worker.pid}>
      <span class="fact-name">{name}</span>
      <span class="address">
        <code>{worker.address}</code>
        <CopyButton text={worker.address} label={i18n.t('run.copy_address')} about={name} />
      </span>
      {worker.pid && <span class="hint figure">{i18n.t('run.pid', { pid: worker.pid })}</span>}
    </li>
  );
}

function describeNone(connected: HiveStatus[] | undefined, runs: readonly Run[]): string {
  if (!connected) return i18n.t('hive.looking');
  if (connected.length === 0) return i18n.t('workers.no_hive');
  // The worker of a run is listed as soon as its hive has answered again.
  const isExpected = runs.some(({ state, hive }) => state === 'running' && connected.some(({ url }) => url === hive));
  return isExpected ? i18n.t('workers.loading') : i18n.t('workers.none');
}
