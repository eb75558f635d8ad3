import { useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { RbeeError } from '../../lib/errors.ts';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { errorTitle } from '../../lib/i18n/error-titles.ts';
import { hiveTexts } from '../../lib/i18n/hive-texts.ts';
import { toSentence } from '../../lib/i18n/language.ts';
import { installationUrl } from '../../lib/links.ts';
import { Button } from '../ui/button.tsx';
import { Command } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { HiveFacts } from './hive-facts.tsx';
import { useHiveName } from './hive-names.ts';
import { HivePicker } from './hive-picker.tsx';
import { MarketplaceAccess } from './marketplace-access.tsx';
import { requestHive } from './permissions.ts';

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
      <MarketplaceAccess />
    </section>
  );
}

function Hive({ hive }: { hive: HiveStatus }) {
  const texts = hiveTexts[hive.state];
  const name = useHiveName()(hive.url);
  const [denied, setDenied] = useState(false);
  return (
    <div class="hive-one" data-hive={hive.url} data-state={hive.state}>
      <p class="hive-line">
        <span class="hive-host">{name}</span>
        <span class="state">{texts.state(hive.why)}</span>
        {hive.version && <span class="hint">{i18n.t('hive.version', { version: hive.version })}</span>}
      </p>
      <HiveFacts hive={hive} />
      {texts.command && <Command text={texts.command(hive.url)} about={name} />}
      {hive.state === 'offline' && (
        <p class="hint">
          <Link url={installationUrl}>{i18n.t('hive.installation')}</Link>
        </p>
      )}
      {hive.state === 'permission-missing' && (
        <div class="actions">
          <Button variant="primary" about={name} onClick={async () => setDenied(!(await requestHive(hive.url)))}>
            {i18n.t('options.allow')}
          </Button>
          {denied && <p role="alert">{i18n.t('options.denied')}</p>}
        </div>
      )}
    </div>
  );
}

function NoAnswer({ error }: { error: RbeeError | undefined }) {
  return (
    <div class="hive-one" data-state={error ? 'unknown' : 'looking'}>
      <p class="hive-line">
        <span class="state">{error ? i18n.t('hive.unknown') : i18n.t('hive.looking')}</span>
      </p>
      {error && <p>{toSentence(errorTitle(error.code))}</p>}
    </div>
  );
}
