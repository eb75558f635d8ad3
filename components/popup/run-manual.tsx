import { useEffect } from 'preact/hooks';
import { i18n } from '#i18n';
import { manualStartCommand } from '../../lib/hive-commands/commands.ts';
import { shellOf } from '../../lib/hive-commands/shell.ts';
import { joinSentences } from '../../lib/i18n/language.ts';
import { send as sendMessage } from '../../lib/messages/send.ts';
import type { ManualStart, Run } from '../../lib/runs/run.ts';
import { Command } from '../ui/copy.tsx';
import { poll } from '../ui/poll.ts';

const pollEveryMs = 10_000;

type Props = { run: Run; manual: ManualStart; name: string };

/** The hive cannot start the worker: the user starts it with a command, and the run continues when the worker answers. */
export function RunManual({ run, manual, name }: Props) {
  // Before the first search, the worker may turn out to be running already.
  const searched = manual.nextPollAt !== manual.since;
  return (
    <>
      {searched && <ManualCommand run={run} manual={manual} name={name} />}
      <p class="waiting" role="status">
        {i18n.t('choice.waiting_for_worker')}
      </p>
    </>
  );
}

/** The command for the hive's machine. While it is shown, the worker is looked for every 10 s. */
export function ManualCommand({ run, manual, name }: Props) {
  const { installed } = manual;
  const command = manualStartCommand(run);
  const isWindows = shellOf(run.path) === 'windows';
  const hint = joinSentences(
    isWindows && i18n.t('choice.use_powershell'),
    !installed && i18n.t('choice.build_needs'),
    !command && i18n.t('choice.no_command'),
  );
  usePolling(run.id);
  return (
    <>
      {command && <Command text={command} about={name} variant="primary" />}
      {hint && <p class="hint">{hint}</p>}
    </>
  );
}

function usePolling(id: string): void {
  useEffect(() => {
    const controller = new AbortController();
    poll(async () => {
      // Not critical: the service worker looks for it too, less often.
      await sendMessage('run/check', { id }).catch(() => {});
      return pollEveryMs;
    }, controller.signal);
    return () => controller.abort();
  }, [id]);
}
