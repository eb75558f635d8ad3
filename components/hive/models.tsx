import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { HiveModel, HiveStatus } from '../../lib/hive/types.ts';
import { formatBytes, formatWhen } from '../../lib/i18n/format.ts';
import type { Response } from '../../lib/messages/contract.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { GoTo } from '../ui/go-to.ts';
import { AskError } from '../ui/request-error.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { type BackendChoice, BackendSelect } from './backend-select.tsx';
import { useHiveName } from './hive-names.ts';

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
      {open && connected.map(({ url }) => <HiveModels key={url} url={url} named={connected.length > 1} />)}
    </details>
  );
}

type Listed = Response<'hive/models'>;

function HiveModels({ url, named }: { url: string; named: boolean }) {
  const { ask, busy, error } = useAsk();
  const list = useAsk();
  const announce = useAnnounce();
  const goTo = useContext(GoTo);
  const nameOf = useHiveName();
  const [listed, setListed] = useState<Listed>();
  const [backend, setBackend] = useState<BackendChoice>();
  const about = useRef<HTMLParagraphElement>(null);
  const id = useId();

  const load = async () => {
    const reply = await list.ask('hive/models', { hive: url });
    if (reply) setListed(reply);
    return reply;
  };
  // The button that was pressed goes with what it did.
  const loadAgain = async () => {
    if (await load()) about.current?.focus();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same hive is asked once.
  useEffect(() => void load(), [url]);

  const run = async (model: HiveModel) => {
    const reply = await ask('run/start', { subject: `hf:${model.id}`, hive: url, backend });
    if (reply) goTo(reply.run.id);
  };
  const remove = async (model: HiveModel) => {
    const deleted = await ask('model/delete', { hive: url, id: model.id });
    if (deleted) setListed(deleted);
    // What was refused is not as it is shown.
    const now = deleted ?? (await load());
    if (now?.models.every(({ id }) => id !== model.id)) about.current?.focus();
    if (deleted) announce('models', i18n.t('models.deleted', { name: model.id }));
  };

  return (
    <div class="hive-models">
      {named && <h3 id={`${id}-host`}>{nameOf(url)}</h3>}
      <p class="hint figure" tabIndex={-1} ref={about}>
        {listed ? tellList(listed) : list.busy && i18n.t('models.loading')}
      </p>
      <AskError error={error ?? list.error} />
      {list.error && !listed && (
        <div class="actions">
          <Button disabled={list.busy} onClick={loadAgain}>
            {i18n.t('choice.load_again')}
          </Button>
        </div>
      )}
      {listed && listed.models.length > 0 && (
        <div class="picker">
          <label for={`${id}-worker`}>{i18n.t('models.run_with')}</label>
          <BackendSelect id={`${id}-worker`} value={backend} onChange={setBackend} />
        </div>
      )}
      <ul aria-labelledby={named ? `models-title ${id}-host` : 'models-title'}>
        {listed?.models.map((model) => (
          <Model
            key={model.id}
            model={model}
            busy={busy || list.busy}
            onRun={() => run(model)}
            onDelete={() => remove(model)}
          />
        ))}
      </ul>
    </div>
  );
}

type ModelProps = { model: HiveModel; busy: boolean; onRun: () => void; onDelete: () => void };

function Model({ model, busy, onRun, onDelete }: ModelProps) {
  const [sure, ask] = useState(false);
  const [repo = '', file] = model.id.split(':');
  const button = (action: string, onClick: () => void, look: 'plain' | 'quiet' = 'plain') => (
    <Button
      // The same button comes to mean something else: a double click must not go through.
      action={sure ? 'answer' : 'ask'}
      look={look}
      disabled={busy}
      label={i18n.t('run.named', { action, name: model.id })}
      onClick={onClick}
    >
      {action}
    </Button>
  );
  return (
    <li class="fact" data-model={model.id}>
      <span class="fact-name">{repo}</span>
      <span class="hint figure">{[file, formatBytes(model.sizeBytes)].filter(Boolean).join(' · ')}</span>
      {sure && <span role="alert">{i18n.t('models.delete_sure', { size: formatBytes(model.sizeBytes) })}</span>}
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
