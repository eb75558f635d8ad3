import { useId, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { ErrorCode } from '../../lib/errors.ts';
import { diskBytes } from '../../lib/hub/disk.ts';
import type { FileOffer, Offer } from '../../lib/messages/contract.ts';
import type { Run } from '../../lib/runs/run.ts';
import { errorWords } from '../../lib/words/errors.ts';
import { formatBytes, formatCount } from '../../lib/words/numbers.ts';
import { repoUrl, tellApart, tellFile } from '../../lib/words/offer.ts';
import { choiceWords } from '../../lib/words/run.ts';
import { Button } from '../ui/button.tsx';
import { Link } from '../ui/link.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { AskError } from './ask-error.tsx';
import { focusRun } from './focus-run.ts';

/** What a person has to decide before a run can go on. */
export function RunChoice({ run, name }: { run: Run; name: string }) {
  const { ask, busy, error } = useAsk();
  const id = useId();
  return (
    <div class="choice">
      <p id={id}>{run.choice && choiceWords[run.choice]()}</p>
      {run.choice === 'install' ? (
        <div class="actions">
          <Button
            look="primary"
            disabled={busy}
            onClick={async () => {
              if (await ask('run/agree', { id: run.id })) focusRun(run.id);
            }}
          >
            {i18n.t('choice.agree')}
          </Button>
        </div>
      ) : (
        <Files
          run={run}
          name={name}
          labelledBy={id}
          busy={busy}
          onPick={async (repo, path) => {
            if (await ask('run/pick', { id: run.id, repo, path })) focusRun(run.id);
          }}
        />
      )}
      <AskError error={error} />
    </div>
  );
}

type FilesProps = {
  run: Run;
  name: string;
  labelledBy: string;
  busy: boolean;
  onPick: (repo: string, path?: string) => void;
};

/** The files to choose from, asked for only once a person wants to see them. */
function Files({ run, name, labelledBy, busy, onPick }: FilesProps) {
  const { ask, busy: loading, error } = useAsk();
  const [offer, setOffer] = useState<Offer>();
  const load = async () =>
    setOffer(offer ? undefined : await ask('subject/offer', { subject: run.subject, hive: run.hive }));
  const action = error ? i18n.t('choice.load_again') : i18n.t('choice.choose');
  return (
    <>
      {error && (
        <p class="notice" data-notice="error" role="alert">
          {tellLoadError(error.code)}
        </p>
      )}
      <div class="actions">
        <Button
          look={offer ? 'plain' : 'primary'}
          disabled={loading}
          expanded={offer !== undefined}
          label={i18n.t('run.named', { action, name })}
          onClick={load}
        >
          {action}
        </Button>
      </div>
      {loading && <p class="hint">{i18n.t('choice.loading')}</p>}
      {offer && <OfferList offer={offer} labelledBy={labelledBy} busy={busy} onPick={onPick} />}
    </>
  );
}

type ListProps = Pick<FilesProps, 'labelledBy' | 'busy' | 'onPick'> & { offer: Offer };

function OfferList({ offer, labelledBy, busy, onPick }: ListProps) {
  const { repo, files, derivatives, usual, gated } = offer;
  const apart = tellApart(files);
  if (files.length + derivatives.length === 0) return <p class="hint">{i18n.t('choice.nothing')}</p>;
  return (
    <>
      {gated && files.length > 0 && (
        <p class="notice">
          {i18n.t('choice.gated')} <Link url={repoUrl(repo)}>{i18n.t('next.open_model')}</Link>
        </p>
      )}
      {files.length > 0 && <p class="hint figure">{tellDisk(files.find(({ path }) => path === usual))}</p>}
      <ul class="offers" aria-labelledby={labelledBy}>
        {files.map((file) => (
          <li key={file.path}>
            <button
              type="button"
              class="offer"
              aria-disabled={busy || file.refused !== undefined}
              onClick={() => file.refused ?? (busy || onPick(repo, file.path))}
            >
              <span class="pair">
                <span class="fact-name">{file.label ?? file.path}</span>
                {file.path === usual && <span class="usual">{i18n.t('choice.usual')}</span>}
                <span class="figure">{file.sizeBytes !== undefined && formatBytes(file.sizeBytes)}</span>
              </span>
              {apart.has(file.path) && <span class="path">{apart.get(file.path)}</span>}
              <span class="hint figure">{tellFile(file)}</span>
            </button>
          </li>
        ))}
        {derivatives.map(({ repo, downloads }) => (
          <li key={repo}>
            <button type="button" class="offer" aria-disabled={busy} onClick={() => busy || onPick(repo)}>
              <span class="fact-name">{repo}</span>
              <span class="hint figure">{i18n.t('choice.downloads', { n: formatCount(downloads) })}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

const tellDisk = (usual: FileOffer | undefined): string =>
  usual?.sizeBytes
    ? i18n.t('choice.disk_sized', { name: usual.label ?? usual.path, size: formatBytes(diskBytes(usual.sizeBytes)) })
    : i18n.t('choice.disk');

/** The hub was asked by this extension, not by the hive, so the words of a run's failure would say who is not to blame. */
function tellLoadError(code: ErrorCode): string {
  if (code === 'network') return i18n.t('choice.load_failed');
  if (code === 'file-missing') return i18n.t('choice.load_missing');
  return i18n.t('run.action_failed', { what: errorWords[code].title() });
}
