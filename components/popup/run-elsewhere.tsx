import { useContext, useId, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { formatDuration } from '../../lib/i18n/format.ts';
import { runsWithoutModel } from '../../lib/runs/create-run.ts';
import { isRetryEarly, retryWaitMs } from '../../lib/runs/retry-countdown.ts';
import type { Run, RunState } from '../../lib/runs/run.ts';
import { parseSubject } from '../../lib/subject.ts';
import { type BackendChoice, BackendSelect } from '../hive/backend-select.tsx';
import { useHiveName } from '../hive/hive-names.ts';
import { Button } from '../ui/button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { RequestError } from '../ui/request-error.tsx';
import { ShowRun } from '../ui/show-run.ts';
import { useNow } from '../ui/use-now.ts';
import { useRequest } from '../ui/use-request.ts';
import { KnownHives } from './known-hives.ts';

/** `again`: on this hive too, with another backend. `elsewhere`: only on another hive, because this one still has the run. */
const ways: Partial<Record<RunState, 'again' | 'elsewhere'>> = {
  failed: 'again',
  cancelled: 'again',
  stopped: 'again',
  choose: 'elsewhere',
  offline: 'elsewhere',
};

/** Starts the same subject on another hive or with another backend. */
export function RunElsewhere({ run, name }: { run: Run; name: string }) {
  const known = useContext(KnownHives);
  const showRun = useContext(ShowRun);
  const nameOf = useHiveName();
  const { send, busy, error } = useRequest();
  const [chosen, choose] = useState<string>();
  // In an object, because the choice “automatic” is undefined.
  const [picked, pick] = useState<{ backend: BackendChoice }>();
  const now = useNow(isRetryEarly(run, Date.now()) ? 500 : undefined);
  const id = useId();

  const way = ways[run.state];
  const kind = parseSubject(run.subject)?.kind;
  const hives = way === 'again' ? known : known.filter((url) => url !== run.hive);
  const picksHive = way === 'elsewhere' ? hives.length > 0 : hives.length > 1;
  const picksBackend = way === 'again' && kind === 'model' && hives.length > 0;
  if (!way || (kind !== 'model' && kind !== 'worker') || !(picksHive || picksBackend)) return null;

  const [first] = hives;
  const fallback = hives.includes(run.hive) ? run.hive : first;
  const hive = chosen && hives.includes(chosen) ? chosen : fallback;
  const { backend } = picked ?? { backend: run.backend };
  const waitMs = hive === run.hive ? retryWaitMs(run, now) : 0;
  const start = async () => {
    const { subject, fromCard } = run;
    const reply = await send('run/start', {
      subject,
      hive,
      backend,
      fromCard,
      ...(runsWithoutModel(run) && { withoutModel: true }),
    });
    if (!reply) return;
    pick(undefined);
    showRun(reply.id);
  };
  const title = picksBackend ? i18n.t('elsewhere.title') : i18n.t('elsewhere.title_hive');
  return (
    <Disclosure title={title} about={name}>
      <div class="picker">
        {picksHive && (
          <>
            <label for={`${id}-hive`}>{i18n.t('hive.title')}</label>
            <select id={`${id}-hive`} value={hive} onChange={({ currentTarget }) => choose(currentTarget.value)}>
              {hives.map((url) => (
                <option key={url} value={url}>
                  {nameOf(url)}
                </option>
              ))}
            </select>
          </>
        )}
        {picksBackend && (
          <>
            <label for={`${id}-backend`}>{i18n.t('backend.label')}</label>
            <BackendSelect id={`${id}-backend`} value={backend} onChange={(chosen) => pick({ backend: chosen })} />
          </>
        )}
        <Button disabled={busy || waitMs > 0} about={name} onClick={start}>
          {waitMs > 0 ? i18n.t('run.retry_in', { time: formatDuration(waitMs) }) : i18n.t('models.run')}
        </Button>
        <RequestError error={error} />
      </div>
    </Disclosure>
  );
}
