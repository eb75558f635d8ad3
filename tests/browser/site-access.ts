import type { BrowserContext } from '@playwright/test';

/** Changes “Site access” of the extension in chrome://extensions. */
export async function openSiteAccess({ context, extensionId }: { context: BrowserContext; extensionId: string }) {
  const page = await context.newPage();
  await page.goto('chrome://extensions/');
  const call = (method: string, ...values: unknown[]) =>
    page.evaluate(([name, given]) => Reflect.get(Reflect.get(chrome, 'developerPrivate'), name)(...given), [
      method,
      values,
    ] as [string, unknown[]]);
  return {
    withhold: () => call('updateExtensionConfiguration', { extensionId, hostAccess: 'ON_CLICK' }),
    allow: (match: string) => call('addHostPermission', extensionId, match),
  };
}
