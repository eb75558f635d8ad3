import { useCallback, useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { hiveTexts, nameHost } from '../../lib/i18n/hive-texts.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import { HiveFacts } from '../hive/hive-facts.tsx';
import { requestHive, useGrants } from '../hive/permissions.ts';
import { Button } from '../ui/button.tsx';
import { RequestError } from '../ui/request-error.tsx';
import { useRequest } from '../ui/use-request.ts';

type Props = {
  hive: Settings['hives'][number];
  /** Undefined for a local hive, which is not in the list. */
  onRemove: (() => void) | undefined;
  /** How many hives are listed: a row that moves up is not removed by the second click of a double click. */
  count: number;
};

export function HiveRow({ hive, onRemove, count }: Props) {
  const { send, busy, error } = useRequest();
  const [status, setStatus] = useState<HiveStatus>();
  const [denied, setDenied] = useState(false);

  const test = useCallback(async () => setStatus(await send('hive/test', { url: hive.url })), [send, hive.url]);
  const grants = useGrants();
  // biome-ignore lint/correctness/useExhaustiveDependencies: tested again when permissions change.
  useEffect(() => void test(), [test, grants]);
  const allow = async () => {
    const allowed = await requestHive(hive.url);
    setDenied(!allowed);
  };

  const label = hive.name || nameHost(status?.url ?? hive.url);
  return (
    <li class="hive-one" data-hive={hive.url} data-state={status?.state ?? 'looking'}>
      <p class="hive-line">
        <span class="hive-host">{label}</span>
        {hive.name && <span class="hint">{nameHost(hive.url)}</span>}
        <span class="state">
          {busy || !status ? i18n.t('options.testing') : hiveTexts[status.state].state(status.why)}
        </span>
        {status?.version && <span class="hint">{i18n.t('hive.version', { version: status.version })}</span>}
      </p>
      {status && <HiveFacts hive={status} />}
      <RequestError error={error} />
      {denied && (
        <p class="problem" role="alert">
          {i18n.t('options.denied')}
        </p>
      )}
      <div class="actions">
        {status?.state === 'permission-missing' && (
          <Button variant="primary" about={label} onClick={allow}>
            {i18n.t('options.allow')}
          </Button>
        )}
        <Button disabled={busy} about={label} onClick={test}>
          {i18n.t('options.test')}
        </Button>
        {onRemove && (
          <Button variant="quiet" action={`remove one of ${count}`} about={label} onClick={onRemove}>
            {i18n.t('options.remove')}
          </Button>
        )}
      </div>
    </li>
  );
}
