import { i18n } from '#i18n';
import type { Worker } from '../../lib/runs/run.ts';
import { formatWhen } from '../../lib/words/numbers.ts';
import { CopyButton } from '../ui/copy.tsx';
import { useNow } from '../ui/use-now.ts';

/** Where the running worker answers. */
export function RunWorker({ worker }: { worker: Worker }) {
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
      <p class="hint figure">{facts.filter(Boolean).join(' · ')}</p>
    </div>
  );
}
