import { i18n } from '#i18n';
import { formatDuration } from '../../lib/i18n/format.ts';
import { lostText } from '../../lib/i18n/run-texts.ts';
import type { Job, Run, Step } from '../../lib/runs/run.ts';
import { Button } from '../ui/button.tsx';
import { RequestError } from '../ui/request-error.tsx';
import { useNow } from '../ui/use-now.ts';
import { useRequest } from '../ui/use-request.ts';

/** A step whose live log was lost: what is known, when evidence is looked for next, and what the user can do. */
export function RunLost({ run, step, name }: { run: Run; step: Step; name: string }) {
  const { send, busy, error } = useRequest();
  const loss = lostText(step, run.hive);
  if (!loss || !step.job) return null;
  return (
    <div class="notice" data-notice="lost">
      <p>
        {loss} <NextCheck job={step.job} />
      </p>
      {run.state !== 'cancelling' && (
        <div class="actions">
          <Button disabled={busy} about={name} onClick={() => send('run/check', { id: run.id })}>
            {i18n.t('run.check')}
          </Button>
          <Button variant="quiet" disabled={busy} about={name} onClick={() => send('run/resubmit', { id: run.id })}>
            {i18n.t('run.again')}
          </Button>
        </div>
      )}
      <RequestError error={error} />
    </div>
  );
}

function NextCheck({ job }: { job: Job }) {
  const now = useNow(1_000);
  if (job.nextCheckAt === undefined) return null;
  const left = job.nextCheckAt - now;
  return (
    <span class="figure">
      {left > 0 ? i18n.t('run.next_check', { time: formatDuration(left) }) : i18n.t('run.checking')}
    </span>
  );
}
