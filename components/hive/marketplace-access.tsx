import { i18n } from '#i18n';
import { matches } from '../../lib/marketplace/matches.ts';
import { pageOrigins } from '../../lib/marketplace/origins.ts';
import { Button } from '../ui/button.tsx';
import { requestHosts, useAllowed } from './permissions.ts';

const [mainSite = ''] = pageOrigins;
const mainMatch = matches.filter((match) => match.startsWith(mainSite));

/** Explains missing page buttons if the user has withheld access to the marketplace. */
export function MarketplaceAccess() {
  const allowed = useAllowed(mainMatch);
  if (allowed !== false) return null;
  return (
    <div class="notice" data-notice="page-access">
      <p>{i18n.t('hive.page_access', { host: new URL(mainSite).host })}</p>
      <div class="actions">
        <Button about={new URL(mainSite).host} onClick={() => requestHosts(mainMatch)}>
          {i18n.t('options.allow')}
        </Button>
      </div>
    </div>
  );
}
