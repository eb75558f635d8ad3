import { browser } from '../../lib/browser.ts';
import { hostPermissions } from '../../lib/hive/address.ts';

/**
 * Asks for the permission to reach a hive's host. Call it straight from a user gesture: browsers reject it otherwise. Hosts that
 * are already granted (`localhost`, 127.0.0.1) cause no prompt.
 */
export const askForHost = (url: string): Promise<boolean> =>
  browser.permissions.request({ origins: hostPermissions(url) }).catch(() => false);
