import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { HiveModel, HiveStatus } from '../../lib/messages/contract.ts';
import { nameHost } from '../../lib/words/hive.ts';
import { formatBytes, formatWhen } from '../../lib/words/numbers.ts';
import { AskError } from '../popup/ask-error.tsx';
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

function HiveModels({ url, named }: { url: string; named: boolean }) {
  const { ask, error } = useAsk();
  const [listed, setListed] = useState<{ models: HiveModel[]; readAt: number }>();

  useEffect(() => {
    void ask('hive/models', { hive: url }).then((reply) => reply && setListed(reply));
  }, [ask, url]);

  return (
    <>
      {named && <h3>{nameHost(url)}</h3>}
      <AskError error={error} />
      {!listed && !error && <p class="hint">{i18n.t('models.loading')}</p>}
      {listed && (
        <p class="hint figure">
          {listed.models.length === 0
            ? i18n.t('models.none')
            : i18n.t('models.count', listed.models.length, { n: listed.models.length })}
          {' · '}
          {i18n.t('models.read_at', { time: formatWhen(listed.readAt, Date.now()) })}
        </p>
      )}
      <ul aria-labelledby="models-title">
        {listed?.models.map((model) => (
          <li key={model.id} class="fact" data-model={model.id}>
            <span class="fact-name">{model.id}</span>
            <span class="hint figure">{formatBytes(model.sizeBytes)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
