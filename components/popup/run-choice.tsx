import { useId, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { FileOffer, Offer } from '../../lib/messages/contract.ts';
import type { Run } from '../../lib/runs/run.ts';
import { formatBytes, formatCount } from '../../lib/words/numbers.ts';
import { fitWords } from '../../lib/words/offer.ts';
import { choiceWords } from '../../lib/words/run.ts';
import { Button } from '../ui/button.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { AskError } from './ask-error.tsx';

/** What a person has to decide before a run can go on. */
export function RunChoice({ run, name }: { run: Run; name: string }) {
  const { ask, busy, error } = useAsk();
  const [offer, setOffer] = useState<Offer>();
  const id = useId();
  const pick = (repo: string, path?: string) => ask('run/pick', { id: run.id, repo, path });

  return (
    <div class="choice">
      <p id={id}>{run.choice && choiceWords[run.choice]()}</p>
      {!offer && (
        <div class="actions">
          {run.choice === 'install' ? (
            <Button look="primary" disabled={busy} onClick={() => ask('run/agree', { id: run.id })}>
              {i18n.t('choice.agree')}
            </Button>
          ) : (
            <Button
              look="primary"
              disabled={busy}
              label={i18n.t('run.named', { action: i18n.t('choice.choose'), name })}
              onClick={async () => setOffer(await ask('subject/offer', { subject: run.subject, hive: run.hive }))}
            >
              {i18n.t('choice.choose')}
            </Button>
          )}
        </div>
      )}
      {offer && (
        <ul class="offers" aria-labelledby={id}>
          {offer.files.map((file) => (
            <li key={file.path}>
              <button
                type="button"
                class="offer"
                aria-disabled={busy || file.refused !== undefined}
                onClick={() => file.refused ?? (busy || pick(offer.repo, file.path))}
              >
                <span class="fact-name">{file.label ?? file.path}</span>
                <span class="hint figure">{tellFile(file)}</span>
              </button>
            </li>
          ))}
          {offer.derivatives.map(({ repo, downloads }) => (
            <li key={repo}>
              <button type="button" class="offer" aria-disabled={busy} onClick={() => busy || pick(repo)}>
                <span class="fact-name">{repo}</span>
                <span class="hint figure">{i18n.t('choice.downloads', { n: formatCount(downloads) })}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {offer && offer.files.length + offer.derivatives.length === 0 && <p class="hint">{i18n.t('choice.nothing')}</p>}
      <AskError error={error} />
    </div>
  );
}

function tellFile(file: FileOffer): string {
  const facts = [
    file.sizeBytes !== undefined && formatBytes(file.sizeBytes),
    file.refused ? i18n.t('choice.split') : fitWords[file.fit](),
    file.loads === 'no' && i18n.t('choice.not_loaded'),
    file.there && i18n.t('choice.there'),
  ];
  return facts.filter(Boolean).join(' · ');
}
