import { useCallback, useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { hiveTexts, nameDevice, nameHost } from '../../lib/i18n/hive-texts.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import { Button } from '../ui/button.tsx';
import { AskError } from '../ui/request-error.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { askForHost } from './ask-for-host.ts';

type Props = {
  hive: Settings['hives'][number];
  /** Absent for a hive that nobody named: it is looked at by default and can only be tested. */
  onRemove: (() => void) | undefined;
};

export function HiveRow({ hive, onRemove }: Props) {
  const { ask, busy, error } = useAsk();
  const [status, setStatus] = useState<HiveStatus>();
  const [denied, setDenied] = useState(false);

  const test = useCallback(async () => setStatus(await ask('hive/test', { url: hive.url })), [ask, hive.url]);
  useEffect(() => void test(), [test]);
  const allow = async () => {
    const allowed = await askForHost(hive.url);
    setDenied(!allowed);
    if (allowed) await test();
  };

  const label = hive.name || nameHost(status?.url ?? hive.url);
  const of = (action: string) => i18n.t('run.named', { action, name: label });
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
      {status && <HiveFacts status={status} />}
      <AskError error={error} />
      {denied && (
        <p class="problem" role="alert">
          {i18n.t('options.denied')}
        </p>
      )}
      <div class="actions">
        {status?.state === 'permission-missing' && (
          <Button look="primary" label={of(i18n.t('options.allow'))} onClick={allow}>
            {i18n.t('options.allow')}
          </Button>
        )}
        <Button disabled={busy} label={of(i18n.t('options.test'))} onClick={test}>
          {i18n.t('options.test')}
        </Button>
        {onRemove && (
          <Button look="quiet" label={of(i18n.t('options.remove'))} onClick={onRemove}>
            {i18n.t('options.remove')}
          </Button>
        )}
      </div>
    </li>
  );
}

function HiveFacts({ status }: { status: HiveStatus }) {
  const words = hiveTexts[status.state];
  return (
    <>
      {words.what && <p class="hint">{words.what(status.url, status.why)}</p>}
      {status.devices.length > 0 && (
        <ul class="devices" aria-label={i18n.t('hive.devices')}>
          {status.devices.map((device) => (
            <li key={device.id}>{nameDevice(device)}</li>
          ))}
        </ul>
      )}
    </>
  );
}
