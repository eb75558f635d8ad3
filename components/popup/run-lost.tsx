import { i18n } from '#i18n';
import { formatDuration } from '../../lib/i18n/format.ts';
import { lostText } from '../../lib/i18n/run-texts.ts';
import type { Job, Run, Step } from '../../lib/runs/run.ts';
import { Button } from '../ui/button.tsx';
import { AskError } from '../ui/request-error.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { useNow } from '../ui/use-now.ts';

/** A step whose live log was lost: what is known, when the next look is, and what a person may do meanwhile. */
export function RunLost({ run, step, name }: { run: Run; step: Step; name: string }) {
  const { ask, busy, error } = useAsk();
  const loss = lostText(step, run.hive);
  if (!loss || !step.job) return null;
  return (
    <div class="notice" data-notice="lost">
      <p>
        {loss} <NextLook job={step.job} />
      </p>
      {run.state !== 'cancelling' && (
        <div class="actions">
          <Button
            disabled={busy}
            label={i18n.t('run.named', { action: i18n.t('run.check'), name })}
            onClick={() => ask('run/check', { id: run.id })}
          >
            {i18n.t('run.check')}
          </Button>
          <Button
            look="quiet"
            disabled={busy}
            label={i18n.t('run.named', { action: i18n.t('run.again'), name })}
            onClick={() => ask('run/again', { id: run.id })}
          >
            {i18n.t('run.again')}
          </Button>
        </div>
      )}
      <AskError error={error} />
    </div>
  );
}

function NextLook({ job }: { job: Job }) {
  const now = useNow(1_000);
  if (job.nextCheckAt === undefined) return null;
  const left = job.nextCheckAt - now;
  return (
    <span class="figure">
      {left > 0 ? i18n.t('run.next_look', { time: formatDuration(left) }) : i18n.t('run.looking')}
    </span>
  );
}
