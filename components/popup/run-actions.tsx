import { i18n } from '#i18n';
import { formatDuration } from '../../lib/i18n/format.ts';
import { nextStep } from '../../lib/i18n/next-steps.ts';
import type { MessageType } from '../../lib/messages/contract.ts';
import { retryWaitMs } from '../../lib/runs/retry-countdown.ts';
import type { Run, RunState } from '../../lib/runs/run.ts';
import { hasEnded } from '../../lib/runs/steps.ts';
import { Button } from '../ui/button.tsx';
import { RequestError } from '../ui/request-error.tsx';
import { useNow } from '../ui/use-now.ts';
import { useRequest } from '../ui/use-request.ts';
import { NextButton } from './run-failure.tsx';

type Action = 'cancel' | 'cancelling' | 'retry' | 'start';

const actions: Record<RunState, Action | undefined> = {
  queued: 'cancel',
  offline: 'cancel',
  resolving: 'cancel',
  choose: 'cancel',
  downloading: 'cancel',
  installing: 'cancel',
  starting: 'cancel',
  cancelling: 'cancelling',
  running: undefined,
  installed: undefined,
  stopped: 'start',
  failed: 'retry',
  cancelled: 'retry',
};

const words: Record<Action, () => string> = {
  cancel: () => i18n.t('run.cancel'),
  cancelling: () => i18n.t('run.cancelling'),
  retry: () => i18n.t('run.retry'),
  start: () => i18n.t('run.start'),
};

const messages: Record<Action, Extract<MessageType, 'run/cancel' | 'run/retry'> | undefined> = {
  cancel: 'run/cancel',
  cancelling: undefined,
  retry: 'run/retry',
  start: 'run/retry',
};

export function RunActions({ run, name }: { run: Run; name: string }) {
  const { send, busy, error } = useRequest();
  const waits = retryWaitMs(run, Date.now()) > 0;
  const now = useNow(waits ? 500 : undefined);
  const action = actions[run.state];
  const next = run.failure && run.state === 'failed' ? nextStep(run.failure.code, run) : undefined;
  const waitMs = action === 'retry' ? retryWaitMs(run, now) : 0;
  const isNext = action === 'start' || next?.kind === 'retry';

  const perform = async () => {
    const message = action && messages[action];
    if (message) await send(message, { id: run.id });
  };

  if (!action && !hasEnded(run)) return null;
  return (
    <>
      <div class="actions">
        {next && <NextButton next={next} />}
        {action && (
          <Button
            action={action}
            about={name}
            variant={isNext ? 'primary' : 'plain'}
            disabled={busy || action === 'cancelling' || waitMs > 0}
            onClick={perform}
          >
            {waitMs > 0
              ? i18n.t('run.retry_in', { time: formatDuration(Math.ceil(waitMs / 1000) * 1000) })
              : words[action]()}
          </Button>
        )}
        {run.choice === 'start-worker' && (
          <Button variant="quiet" about={name} disabled={busy} onClick={() => send('run/try-hive', { id: run.id })}>
            {i18n.t('choice.let_hive_start')}
          </Button>
        )}
        {hasEnded(run) && (
          <Button variant="quiet" about={name} disabled={busy} onClick={() => send('run/dismiss', { id: run.id })}>
            {i18n.t('run.dismiss')}
          </Button>
        )}
      </div>
      <RequestError error={error} />
    </>
  );
}
