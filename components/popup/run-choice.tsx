import { useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { toKey } from '../../lib/i18n/keys.ts';
import { joinSentences } from '../../lib/i18n/language.ts';
import { choiceText } from '../../lib/i18n/run-texts.ts';
import type { Choices, Start } from '../../lib/messages/contract.ts';
import { isFileChoice } from '../../lib/runs/file-choices.ts';
import type { Run } from '../../lib/runs/run.ts';
import { Button } from '../ui/button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Link } from '../ui/link.tsx';
import { RequestError } from '../ui/request-error.tsx';
import { useRequest } from '../ui/use-request.ts';
import { DerivativeTable, FileTable } from './choice-table.tsx';
import { ManualCommand, RunManual } from './run-manual.tsx';

/** What the user has to decide before the run continues. */
export function RunChoice({ run, name }: { run: Run; name: string }) {
  const { send, busy, error } = useRequest();
  return (
    <div class="choice">
      <p>{run.choice && choiceText(run.choice)}</p>
      {run.choice === 'install' && (
        <div class="actions">
          <Button variant="primary" about={name} disabled={busy} onClick={() => send('run/agree', { id: run.id })}>
            {i18n.t('choice.agree')}
          </Button>
        </div>
      )}
      {run.choice === 'install' && run.manual && (
        <Disclosure title={i18n.t('choice.build_yourself')} about={name}>
          <ManualCommand run={run} manual={run.manual} name={name} />
        </Disclosure>
      )}
      {run.choice === 'start-worker' && run.manual && <RunManual run={run} manual={run.manual} name={name} />}
      {isFileChoice(run.choice) && (
        <ChooseFile run={run} name={name} busy={busy} onTake={(start) => send('run/start', start)} />
      )}
      <RequestError error={error} />
    </div>
  );
}

type Props = { run: Run; name: string; busy: boolean; onTake: (start: Start) => void };

/** The files to choose from, requested when the user opens the list. */
function ChooseFile({ run, name, busy, onTake }: Props) {
  const { send, busy: loading, error } = useRequest();
  const [choices, setChoices] = useState<Choices>();
  const load = async () => setChoices(await send('subject/choices', { subject: run.subject, hive: run.hive }));
  const isEmpty = choices && choices.files.length + choices.derivatives.length === 0;
  const isOpen = choices !== undefined && !isEmpty;
  return (
    <>
      <div class="actions">
        <Button
          variant={choices ? 'plain' : 'primary'}
          about={name}
          disabled={loading}
          expanded={isOpen}
          closes={isOpen}
          onClick={() => (isOpen ? setChoices(undefined) : load())}
        >
          {error || isEmpty ? i18n.t('choice.load_again') : i18n.t('run.choose')}
        </Button>
      </div>
      {loading && <p class="hint">{i18n.t('choice.loading')}</p>}
      <RequestError error={error} />
      {choices && <Reasons choices={choices} run={run} urgent={isEmpty ?? false} />}
      {isOpen && choices.files.length > 0 && <FileTable choices={choices.files} {...{ busy, onTake }} />}
      {isOpen && choices.derivatives.length > 0 && (
        <DerivativeTable choices={choices.derivatives} {...{ busy, onTake }} />
      )}
    </>
  );
}

/** What is worth knowing about the files, except why there is a choice: the run says that already. */
function Reasons({ choices, run, urgent }: { choices: Choices; run: Run; urgent: boolean }) {
  const gated = choices.reasons.includes('gated');
  const reasons = choices.reasons.filter((reason) => reason !== run.choice);
  if (reasons.length === 0) return null;
  return (
    <p class="notice" role={urgent ? 'alert' : undefined}>
      {joinSentences(...reasons.map((reason) => i18n.t(`note.${toKey(reason)}`)))}{' '}
      {gated && choices.link && <Link url={choices.link}>{i18n.t('offer.accept')}</Link>}
    </p>
  );
}
