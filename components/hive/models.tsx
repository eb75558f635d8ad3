import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { HiveModel, HiveStatus, Response } from '../../lib/messages/contract.ts';
import { nameHost } from '../../lib/words/hive.ts';
import { formatBytes, formatWhen } from '../../lib/words/numbers.ts';
import { AskError } from '../popup/ask-error.tsx';
import { Button } from '../ui/button.tsx';
import { useAsk } from '../ui/use-ask.ts';

/** What the connected hives have downloaded; asked for only once a person opens it. */
export function Models({ hives }: { hives: HiveStatus[] }) {
  const [open, setOpen] = useState(false);
  const connected = hives.filter(({ state }) => state === 'connected');
  return (
    <details class="facts" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2 id="models-title">{i18n.t('models.title')}</h2>
      </summary>
      {open && connected.length === 0 && <p class="hint">{i18n.t('models.no_hive')}</p>}
      {open && connected.map((hive) => <HiveModels key={hive.url} url={hive.url} named={connected.length > 1} />)}
    </details>
  );
}

type Listed = Response<'hive/models'>;

function HiveModels({ url, named }: { url: string; named: boolean }) {
  const { ask, busy, error } = useAsk();
  const [listed, setListed] = useState<Listed>();
  const keep = (reply: Listed | undefined) => reply && setListed(reply);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `keep` only sets what was read.
  useEffect(() => {
    void ask('hive/models', { hive: url }).then(keep);
  }, [ask, url]);

  return (
    <>
      {named && <h3>{nameHost(url)}</h3>}
      {!listed && !error && <p class="hint">{i18n.t('models.loading')}</p>}
      {listed && <p class="hint figure">{tellList(listed)}</p>}
      <ul aria-labelledby="models-title">
        {listed?.models.map((model) => (
          <Model
            key={model.id}
            model={model}
            busy={busy}
            onRun={() => ask('run/start', { subject: `hf:${model.id}`, hive: url })}
            onDelete={async () => keep(await ask('model/delete', { hive: url, id: model.id }))}
          />
        ))}
      </ul>
      <AskError error={error} />
    </>
  );
}

type ModelProps = { model: HiveModel; busy: boolean; onRun: () => void; onDelete: () => void };

function Model({ model, busy, onRun, onDelete }: ModelProps) {
  const [sure, ask] = useState(false);
  const [repo = '', file] = model.id.split(':');
  const button = (action: string, onClick: () => void, look: 'plain' | 'quiet' = 'plain') => (
    <Button look={look} disabled={busy} label={i18n.t('run.named', { action, name: model.id })} onClick={onClick}>
      {action}
    </Button>
  );
  return (
    <li class="fact" data-model={model.id}>
      <span class="fact-name">{repo}</span>
      <span class="hint figure">{[file, formatBytes(model.sizeBytes)].filter(Boolean).join(' · ')}</span>
      {sure && <span>{i18n.t('models.delete_sure')}</span>}
      <div class="actions">
        {sure ? button(i18n.t('models.delete_yes'), onDelete) : button(i18n.t('models.run'), onRun)}
        {sure
          ? button(i18n.t('models.delete_no'), () => ask(false), 'quiet')
          : button(i18n.t('models.delete'), () => ask(true), 'quiet')}
      </div>
    </li>
  );
}

function tellList({ models, readAt }: Listed): string {
  const count =
    models.length === 0 ? i18n.t('models.none') : i18n.t('models.count', models.length, { n: models.length });
  return `${count} · ${i18n.t('models.read_at', { time: formatWhen(readAt, Date.now()) })}`;
}
