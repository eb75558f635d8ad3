import { useId, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { isLoopback } from '../../lib/hive/address.ts';
import { localHives } from '../../lib/hive/discovery.ts';
import { parseHiveAddress } from '../../lib/hive/parse-address.ts';
import { nameHive, nameHost } from '../../lib/i18n/hive-texts.ts';
import { toKey } from '../../lib/i18n/keys.ts';
import { send } from '../../lib/messages/send.ts';
import { effectiveDefaultHive, maxHives, type Settings } from '../../lib/settings/settings.ts';
import { requestHive } from '../hive/permissions.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from './fields.tsx';
import { HiveRow } from './hive-row.tsx';
import type { Change } from './use-settings.ts';

export function Hives({ settings, change }: { settings: Settings; change: Change }) {
  const { hives } = settings;
  const [first = '', second = ''] = localHives;
  // Testing the first default address falls back to the second, as a click does.
  const shown = hives.length > 0 ? hives : [{ url: first, name: '' }];

  /** The hive on this computer was used without being in the list: it stays one of the user's hives. */
  const add = async (hive: Named) => {
    const isFirst = hives.length === 0 && !isLoopback(hive.url);
    const local = isFirst ? await send('hive/test', { url: first }).catch(() => undefined) : undefined;
    const before = local?.state === 'connected' ? [{ url: local.url, name: '' }] : hives;
    return change({ hives: [...before, hive] });
  };

  const remove = (url: string) =>
    change({
      hives: hives.filter((hive) => hive.url !== url),
      ...(settings.defaultHive === url && { defaultHive: undefined }),
    });

  return (
    <section aria-labelledby="hives-title">
      <h2 id="hives-title" tabIndex={-1}>
        {i18n.t('options.hives')}
      </h2>
      <div class="panel">
        {hives.length > 1 ? (
          <Choice
            label={i18n.t('hive.default')}
            hint={
              effectiveDefaultHive(settings)
                ? i18n.t('options.default_hint_fixed')
                : i18n.t('options.default_hint_best')
            }
            value={effectiveDefaultHive(settings) ?? ''}
            options={[
              { value: '', label: i18n.t('hive.best_fit') },
              ...hives.map((hive) => ({ value: hive.url, label: nameHive(hive) })),
            ]}
            onChange={(url) => change({ defaultHive: url || undefined })}
          />
        ) : (
          <p class="hint">
            {hives.length > 0
              ? i18n.t('options.hives_one')
              : i18n.t('options.hives_local', { first: nameHost(first), second: nameHost(second) })}
          </p>
        )}
        <ul class="hive-rows" aria-labelledby="hives-title">
          {shown.map((hive) => (
            <HiveRow
              key={hive.url}
              hive={hive}
              count={hives.length}
              onRemove={hives.length > 0 ? () => remove(hive.url) : undefined}
            />
          ))}
        </ul>
        <AddHive known={hives} onAdd={add} />
      </div>
    </section>
  );
}

type Named = Settings['hives'][number];

function AddHive({ known, onAdd }: { known: Named[]; onAdd: (hive: Named) => Promise<boolean> }) {
  const id = useId();
  const [address, setAddress] = useState('');
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  const add = async () => {
    const read = parseHiveAddress(address);
    if ('problem' in read) return setProblem(i18n.t(`address.${toKey(read.problem)}`));
    if (known.some(({ url }) => url === read.url)) return setProblem(i18n.t('options.already_listed'));
    if (known.length >= maxHives) return setProblem(i18n.t('options.list_full', { n: maxHives }));
    if (!(await requestHive(read.url))) return setProblem(i18n.t('options.denied'));
    setProblem('');
    setBusy(true);
    const isAdded = await onAdd({ url: read.url, name: name.trim() });
    setBusy(false);
    if (!isAdded) return;
    setAddress('');
    setName('');
  };

  return (
    <form
      class="add"
      aria-label={i18n.t('options.add')}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void add();
      }}
    >
      <div class="add-fields">
        <label for={`${id}-address`}>{i18n.t('options.address')}</label>
        <input
          id={`${id}-address`}
          value={address}
          inputMode="url"
          autocomplete="off"
          spellcheck={false}
          maxLength={300}
          aria-describedby={`${id}-hint ${id}-problem`}
          aria-invalid={problem !== ''}
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
        <label for={`${id}-name`}>{i18n.t('options.name')}</label>
        <input
          id={`${id}-name`}
          value={name}
          autocomplete="off"
          maxLength={60}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <p id={`${id}-hint`} class="hint">
        {i18n.t('options.address_hint')}
      </p>
      <p id={`${id}-problem`} class="problem" role="alert">
        {problem}
      </p>
      <Button submit disabled={busy}>
        {busy ? i18n.t('options.testing') : i18n.t('options.add_button')}
      </Button>
    </form>
  );
}
