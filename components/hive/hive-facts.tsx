import { i18n } from '#i18n';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { hiveTexts, nameDevice } from '../../lib/i18n/hive-texts.ts';

/** A hive's devices, and what is wrong with it if anything is. */
export function HiveFacts({ hive }: { hive: HiveStatus }) {
  const { detail } = hiveTexts[hive.state];
  return (
    <>
      {hive.devices.length > 0 && (
        <ul class="devices" aria-label={i18n.t('hive.devices')}>
          {hive.devices.map((device) => (
            <li key={device.id}>{nameDevice(device)}</li>
          ))}
        </ul>
      )}
      {detail && <p>{detail(hive.url, hive.why)}</p>}
    </>
  );
}
