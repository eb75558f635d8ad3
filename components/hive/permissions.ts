import { useEffect, useState } from 'preact/hooks';
import { browser } from '../../lib/browser.ts';
import { hostPermissions } from '../../lib/hive/address.ts';

/**
 * Asks the user to let the extension access these hosts. Call it straight from a user gesture: browsers reject it otherwise. The
 * prompt closes the popup (measured in Chromium 156, 2026-11-23), so whatever follows must also happen in `useGrants`.
 */
export const requestHosts = (origins: readonly string[]): Promise<boolean> =>
  browser.permissions.request({ origins: [...origins] }).catch(() => false);

export const requestHive = (url: string): Promise<boolean> => requestHosts(hostPermissions(url));

/** Whether the browser allows access to these hosts, followed while the view is open. Undefined until that is known. */
export function useAllowed(origins: readonly string[]): boolean | undefined {
  const [allowed, setAllowed] = useState<boolean>();
  const grants = useGrants();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again after each grant.
  useEffect(() => {
    let current = true;
    // `contains` is false for hosts of content scripts even when they are granted (Chromium 156).
    void Promise.all([browser.permissions.getAll(), browser.permissions.contains({ origins: [...origins] })]).then(
      ([all, contained]) => {
        if (current) setAllowed(contained || origins.every((origin) => all.origins?.includes(origin)));
      },
      () => {},
    );
    return () => {
      current = false;
    };
  }, [origins, grants]);
  return allowed;
}

/** Changes each time the user grants or removes a permission. */
export function useGrants(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const { onAdded, onRemoved } = browser.permissions;
    const onChange = () => setCount((before) => before + 1);
    onAdded.addListener(onChange);
    onRemoved.addListener(onChange);
    return () => {
      onAdded.removeListener(onChange);
      onRemoved.removeListener(onChange);
    };
  }, []);
  return count;
}
