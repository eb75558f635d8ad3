import { i18n } from '#i18n';
import type { RbeeError } from '../../lib/errors.ts';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { errorTitles } from '../../lib/i18n/error-texts.ts';
import { hiveTexts } from '../../lib/i18n/hive-texts.ts';
import { Button } from '../ui/button.tsx';
import { Command } from '../ui/copy.tsx';
import { openOptions } from '../ui/open.ts';
import { HiveFacts } from './hive-facts.tsx';
import { useHiveName } from './hive-names.ts';
import { HivePicker } from './hive-picker.tsx';

type Props = {
  /** Undefined until the service worker has answered once. */
  hives: HiveStatus[] | undefined;
  /** Why the service worker did not answer. */
  error: RbeeError | undefined;
  onHives: (hives: HiveStatus[]) => void;
};

export function HiveRegion({ hives, error, onHives }: Props) {
  return (
    <section class="hive" aria-labelledby="hive-title">
      <h2 id="hive-title" tabIndex={-1}>
        {i18n.t('hive.title')}
      </h2>
      {hives ? hives.map((hive) => <Hive key={hive.url} hive={hive} />) : <NoAnswer error={error} />}
      {hives && hives.length > 1 && <HivePicker hives={hives} onHives={onHives} />}
    </section>
  );
}

function Hive({ hive }: { hive: HiveStatus }) {
  const words = hiveTexts[hive.state];
  const nameOf = useHiveName();
  return (
    <div class="hive-one" data-hive={hive.url} data-state={hive.state}>
      <p class="hive-line">
        <span class="hive-host">{nameOf(hive.url)}</span>
        <span class="state">{words.state(hive.why)}</span>
        {hive.version && <span class="hint">{i18n.t('hive.version', { version: hive.version })}</span>}
      </p>
      <HiveFacts hive={hive} />
      {words.command && <Command text={words.command(hive.url)} about={nameOf(hive.url)} />}
      {hive.state === 'permission-missing' && <Button onClick={openOptions}>{i18n.t('hive.allow')}</Button>}
    </div>
  );
}

function NoAnswer({ error }: { error: RbeeError | undefined }) {
  return (
    <div class="hive-one" data-state={error ? 'unknown' : 'looking'}>
      <p class="hive-line">
        <span class="state">{error ? i18n.t('hive.unknown') : i18n.t('hive.looking')}</span>
      </p>
      {error && <p>{errorTitles[error.code]()}.</p>}
    </div>
  );
}
