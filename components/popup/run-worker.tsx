import { i18n } from '#i18n';
import { formatWhen } from '../../lib/i18n/format.ts';
import type { Run, Worker } from '../../lib/runs/run.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { AskError } from '../ui/request-error.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { useNow } from '../ui/use-now.ts';

/** Where the running worker answers. */
export function RunWorker({ run, worker, name }: { run: Run; worker: Worker; name: string }) {
  const { ask, busy, error } = useAsk();
  const now = useNow(30_000);
  const facts = [
    worker.provenAt !== undefined && i18n.t('run.proven', { time: formatWhen(worker.provenAt, now) }),
    worker.pid !== undefined && i18n.t('run.pid', { pid: worker.pid }),
  ];
  return (
    <div class="worker">
      <div class="address">
        <code>{worker.address}</code>
        <CopyButton text={worker.address} label={i18n.t('run.copy_address')} look="primary" />
      </div>
      <div class="pair">
        <p class="hint figure">{facts.filter(Boolean).join(' · ')}</p>
        <Button
          look="quiet"
          disabled={busy}
          label={i18n.t('run.named', { action: i18n.t('run.stop'), name })}
          onClick={() => ask('run/stop', { id: run.id })}
        >
          {i18n.t('run.stop')}
        </Button>
      </div>
      <AskError error={error} />
    </div>
  );
}
