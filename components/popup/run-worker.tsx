import { i18n } from '#i18n';
import { formatWhen } from '../../lib/i18n/format.ts';
import type { Run, Worker } from '../../lib/runs/run.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { RequestError } from '../ui/request-error.tsx';
import { useNow } from '../ui/use-now.ts';
import { useRequest } from '../ui/use-request.ts';

/** The running worker's address. */
export function RunWorker({ run, worker, name }: { run: Run; worker: Worker; name: string }) {
  const { send, busy, error } = useRequest();
  const now = useNow(30_000);
  const facts = [
    worker.provenAt !== undefined && i18n.t('run.last_response', { time: formatWhen(worker.provenAt, now) }),
    worker.pid !== undefined && i18n.t('run.pid', { pid: worker.pid }),
  ];
  return (
    <div class="worker">
      <div class="address">
        <code>{worker.address}</code>
        <CopyButton text={worker.address} label={i18n.t('run.copy_address')} about={name} variant="primary" />
      </div>
      <div class="pair">
        <p class="hint figure">{facts.filter(Boolean).join(' · ')}</p>
        <Button variant="quiet" disabled={busy} about={name} onClick={() => send('run/stop', { id: run.id })}>
          {i18n.t('run.stop')}
        </Button>
      </div>
      <RequestError error={error} />
    </div>
  );
}
