import { useContext } from 'preact/hooks';
import { i18n } from '#i18n';
import { errorTitle } from '../../lib/i18n/error-titles.ts';
import { formatBytes, formatWhen } from '../../lib/i18n/format.ts';
import { toKey } from '../../lib/i18n/keys.ts';
import { nameSubject } from '../../lib/i18n/subject-texts.ts';
import type { Run } from '../../lib/runs/run.ts';
import { hasEnded } from '../../lib/runs/steps.ts';
import { useHiveName } from '../hive/hive-names.ts';
import { Chevron } from '../ui/icons.tsx';
import { memo } from '../ui/memo.tsx';
import { useNow } from '../ui/use-now.ts';
import { KnownHives } from './known-hives.ts';
import { RunActions } from './run-actions.tsx';
import { RunChoice } from './run-choice.tsx';
import { RunElsewhere } from './run-elsewhere.tsx';
import { RunFailure } from './run-failure.tsx';
import { RunLog } from './run-log.tsx';
import { RunLost } from './run-lost.tsx';
import { RunProgress } from './run-progress.tsx';
import { RunPrompt } from './run-prompt.tsx';
import { RunRetry } from './run-retry.tsx';
import { RunSteps } from './run-steps.tsx';
import { RunWorker } from './run-worker.tsx';

type Props = {
  run: Run;
  open: boolean;
  /** The user opened it, so Escape closes it. */
  opened: boolean;
  /** How many runs come before this queued one. */
  ahead: number;
  onToggle: (id: string, open: boolean) => void;
};

export const headingId = (id: string): string => `run-${id}`;

export const RunItem = memo<Props>(({ run, open, opened, ahead, onToggle }) => {
  const { owner, name } = nameSubject(run.subject);
  const body = `body-${run.id}`;
  return (
    <li class="run" data-run={run.id} data-subject={run.subject} data-state={run.state} data-open={open}>
      <div class="run-head">
        <h3 id={headingId(run.id)} tabIndex={-1}>
          {owner && <bdi class="owner">{owner}</bdi>}
          <bdi>{name}</bdi>
        </h3>
        <span class="state">{i18n.t(`state.${run.state}`)}</span>
        {hasEnded(run) && (
          <button
            type="button"
            class="toggle"
            aria-expanded={open}
            data-escape={open && opened}
            aria-controls={open ? body : undefined}
            aria-label={open ? i18n.t('run.hide', { name }) : i18n.t('run.show', { name })}
            onClick={() => onToggle(run.id, !open)}
          >
            <Chevron />
          </button>
        )}
      </div>
      {open ? <RunBody id={body} run={run} name={name} ahead={ahead} /> : <Summary run={run} />}
    </li>
  );
});

function Summary({ run }: { run: Run }) {
  const what = run.state === 'failed' && run.failure && errorTitle(run.failure.code);
  return (
    <p class="hint figure">
      {[what, formatWhen(run.updatedAt, useNow(30_000)), useHiveNote(run)].filter(Boolean).join(' · ')}
    </p>
  );
}

type BodyProps = Pick<Props, 'run' | 'ahead'> & { id: string; name: string };

function RunBody({ id, run, name, ahead }: BodyProps) {
  const step = run.steps.find(({ state }) => state === 'active');
  const retry = step?.job ? undefined : step?.retry;
  const waits = run.state === 'queued' || run.state === 'offline' || run.state === 'choose';
  return (
    <div id={id} class="run-body">
      <FileLine run={run} />
      <RunSteps run={run} />
      {retry && <RunRetry retry={retry} />}
      {step && !waits && !retry && <RunProgress run={run} step={step} name={name} />}
      <Waiting run={run} ahead={ahead} />
      {run.state === 'choose' && <RunChoice run={run} name={name} />}
      {step && !run.cancel && <RunLost run={run} step={step} name={name} />}
      {run.worker && run.state === 'running' && <RunWorker run={run} worker={run.worker} name={name} />}
      <RunPrompt run={run} name={name} />
      {run.state === 'failed' && run.failure && <RunFailure run={run} failure={run.failure} />}
      {run.notes && (
        <ul class="notes">
          {run.notes.map((note) => (
            <li key={note}>{i18n.t(`note.${toKey(note)}`)}</li>
          ))}
        </ul>
      )}
      <RunActions run={run} name={name} />
      <RunElsewhere run={run} name={name} />
      <RunLog run={run} name={name} />
    </div>
  );
}

/** The run's hive, if there are several. */
function useHiveNote({ hive }: Run): string {
  const known = useContext(KnownHives);
  const nameOf = useHiveName();
  return known.length > 1 ? i18n.t('run.on_hive', { host: nameOf(hive) }) : '';
}

function FileLine({ run }: { run: Run }) {
  const path = run.file?.path ?? run.picked?.path;
  const facts = [path, run.file?.size !== undefined && formatBytes(run.file.size)].filter(Boolean).join(' · ');
  const attempt = run.attempt > 1 ? i18n.t('run.attempt', { n: run.attempt }) : '';
  const where = useHiveNote(run);
  if (!facts && !attempt && !where) return null;
  return (
    <p class="file figure">
      {facts && <span>{facts}</span>}
      <span>{[where, attempt].filter(Boolean).join(' · ')}</span>
    </p>
  );
}

function Waiting({ run, ahead }: { run: Run; ahead: number }) {
  const nameOf = useHiveName();
  switch (run.state) {
    case 'queued':
      return <p class="status">{ahead > 0 ? i18n.t('run.queue_position', { n: ahead }) : i18n.t('status.queued')}</p>;
    case 'offline':
      return <p class="status">{i18n.t('status.offline', { host: nameOf(run.hive) })}</p>;
    case 'installed':
      return <p class="status">{i18n.t('status.installed')}</p>;
    case 'cancelled':
      return isStillDownloading(run) ? <p class="status">{i18n.t('status.cancelled_download')}</p> : null;
    case 'stopped':
      return <p class="status">{i18n.t('status.stopped')}</p>;
    default:
      return null;
  }
}

/** The hive's download thread continues until the file is complete (rbee-keeper/rbee 0509312f, 2025-11-14). */
const isStillDownloading = ({ steps }: Run): boolean =>
  steps.some(
    ({ name, state, job }) =>
      name === 'download' &&
      state === 'cancelled' &&
      (job?.state === 'live' || job?.state === 'ended' || (job?.state === 'lost' && !job.offlineAt)),
  );
