import { i18n } from '#i18n';
import { isLoopback } from '../../lib/hive/address.ts';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { marketplaceUrl } from '../../lib/links.ts';
import { StepMark } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';

/** What to do before the first run. The command that starts a hive is in the hive region. */
export function FirstUse({ hives }: { hives: HiveStatus[] | undefined }) {
  const connected = hives?.some(({ state }) => state === 'connected') ?? false;
  // Only a hive on this computer that does not run is started here.
  const isElsewhere = hives?.every(({ url, state }) => !isLoopback(url) || state !== 'offline');
  return (
    <div class="first-use">
      <h3>{i18n.t('popup.first_use_title')}</h3>
      <ol>
        <li data-state={connected ? 'done' : 'active'}>
          <StepMark state={connected ? 'done' : 'pending'} />
          <span>
            {connected
              ? i18n.t('popup.first_use_started')
              : isElsewhere
                ? i18n.t('popup.first_use_connect')
                : i18n.t('popup.first_use_start')}
          </span>
        </li>
        <li data-state={connected ? 'active' : 'pending'}>
          <StepMark state="pending" />
          <span>
            {i18n.t('popup.first_use_open')} <Link url={marketplaceUrl}>{new URL(marketplaceUrl).host}</Link>
          </span>
        </li>
        <li data-state="pending">
          <StepMark state="pending" />
          <span>{i18n.t('popup.first_use_click')}</span>
        </li>
      </ol>
    </div>
  );
}
