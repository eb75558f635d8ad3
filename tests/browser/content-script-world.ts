import type { Page } from '@playwright/test';

/**
 * Returns a function that evaluates code in the isolated world of the extension's content script, as an attacker could who
 * has compromised the page's process.
 */
export async function enterContentScriptWorld(page: Page, extensionId: string) {
  const session = await page.context().newCDPSession(page);
  const { promise, resolve } = Promise.withResolvers<number>();
  session.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.origin === `chrome-extension://${extensionId}`) resolve(context.id);
  });
  await session.send('Runtime.enable');
  const contextId = await promise;
  return async <T, A = undefined>(act: (argument: A) => T, argument?: A): Promise<Awaited<T>> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression: `(${act})(${JSON.stringify(argument) ?? ''})`,
      contextId,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as Awaited<T>;
  };
}
