import { useContext, useEffect, useId, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { HiveModel, HiveStatus } from '../../lib/hive/types.ts';
import { formatBytes, formatWhen } from '../../lib/i18n/format.ts';
import type { Response } from '../../lib/messages/contract.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { RequestError } from '../ui/request-error.tsx';
import { ShowRun } from '../ui/show-run.ts';
import { useRequest } from '../ui/use-request.ts';
import { type BackendChoice, BackendSelect } from './backend-select.tsx';
import { useHiveName } from './hive-names.ts';

/** The models in the catalogs of the connected hives, requested only when the user opens the list. */
export function Models({ hives }: { hives: HiveStatus[] }) {
  const [open, setOpen] = useState(false);
  const connected = hives.filter(({ state }) => state === 'connected');
  return (
    <details class="facts" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2 id="models-title">{i18n.t('models.title')}</h2>
      </summary>
      {open && connected.length === 0 && <p class="hint">{i18n.t('workers.no_hive')}</p>}
      {open && connected.map(({ url }) => <HiveModels key={url} url={url} named={connected.length > 1} />)}
    </details>
  );
}

type Listing = Response<'hive/models'>;

function HiveModels({ url, named }: { url: string; named: boolean }) {
  const { send, busy, error } = useRequest();
  const list = useRequest();
  const announce = useAnnounce();
  const showRun = useContext(ShowRun);
  const nameOf = useHiveName();
  const [listing, setListing] = useState<Listing>();
  const [backend, setBackend] = useState<BackendChoice>();
  const id = useId();

  const load = async () => {
    const reply = await list.send('hive/models', { hive: url });
    if (reply) setListing(reply);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: loads once per hive.
  useEffect(() => void load(), [url]);

  const run = async (model: HiveModel) => {
    const reply = await send('run/start', { subject: `hf:${model.id}`, hive: url, backend });
    if (reply) showRun(reply.id);
  };
  const remove = async (model: HiveModel) => {
    const reply = await send('model/delete', { hive: url, id: model.id });
    // A failed delete may mean that the list shown here is outdated.
    if (!reply) return load();
    setListing(reply);
    announce('models', i18n.t('models.deleted', { name: model.id }));
  };

  return (
    <div class="hive-models">
      {named && <h3 id={`${id}-host`}>{nameOf(url)}</h3>}
      <p class="hint figure" tabIndex={-1}>
        {listing ? summarize(listing) : list.busy && i18n.t('models.loading')}
      </p>
      <RequestError error={error ?? list.error} />
      {list.error && !listing && (
        <div class="actions">
          <Button disabled={list.busy} onClick={load}>
            {i18n.t('choice.load_again')}
          </Button>
        </div>
      )}
      {listing && listing.models.length > 0 && (
        <div class="picker">
          <label for={`${id}-backend`}>{i18n.t('models.run_with')}</label>
          <BackendSelect id={`${id}-backend`} value={backend} onChange={setBackend} />
        </div>
      )}
      <ul aria-labelledby={named ? `models-title ${id}-host` : 'models-title'}>
        {listing?.models.map((model) => (
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
  const [confirming, confirm] = useState(false);
  const [repo = '', file] = model.id.split(':');
  // The same two buttons get another meaning, so that the focus stays; a double click must not confirm.
  const shared = { action: confirming ? 'confirm' : 'offer', disabled: busy, about: model.id };
  return (
    <li class="fact" data-model={model.id}>
      <span class="fact-name">{repo}</span>
      <span class="hint figure">{[file, formatBytes(model.sizeBytes)].filter(Boolean).join(' · ')}</span>
      {confirming && (
        <span role="alert">{i18n.t('models.delete_confirm', { size: formatBytes(model.sizeBytes) })}</span>
      )}
      <div class="actions">
        <Button {...shared} onClick={confirming ? onDelete : onRun}>
          {confirming ? i18n.t('models.delete_yes') : i18n.t('models.run')}
        </Button>
        <Button {...shared} variant="quiet" closes={confirming} onClick={() => confirm(!confirming)}>
          {confirming ? i18n.t('models.delete_no') : i18n.t('models.delete')}
        </Button>
      </div>
    </li>
  );
}

function summarize({ models, readAt }: Listing): string {
  const count = models.length === 0 ? i18n.t('models.none') : i18n.t('models.count', { n: models.length });
  return `${count} · ${i18n.t('models.updated', { time: formatWhen(readAt, Date.now()) })}`;
}
