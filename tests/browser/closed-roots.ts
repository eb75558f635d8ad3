import type { BrowserContext, CDPSession, Page } from '@playwright/test';

type Node = {
  backendNodeId: number;
  nodeId: number;
  shadowRootType?: 'user-agent' | 'open' | 'closed';
  childNodeCount?: number;
  children?: Node[];
  shadowRoots?: Node[];
};

const utilityWorlds = new WeakMap<Page, () => Promise<{ session: CDPSession; contextId: number }>>();

/**
 * Gives Playwright's locators, expectations and clicks access to closed shadow roots: defines `shadowRoot` on their hosts in
 * Playwright's utility world. In the page's world, where `evaluate` runs, it remains null.
 */
export function exposeClosedRoots(context: BrowserContext): void {
  for (const page of context.pages()) void expose(page);
  context.on('page', (page) => void expose(page));
}

/** Runs `act` with the first button's shadow root in the utility world, and returns its result as JSON. */
export async function inClosedRoot<T>(page: Page, act: (root: ShadowRoot) => T): Promise<T> {
  const { session, contextId } = await (
    utilityWorlds.get(page) as () => Promise<{ session: CDPSession; contextId: number }>
  )();
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: `(${act})(document.querySelector('rbee-run').shadowRoot)`,
    contextId,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as T;
}

/** Defines `shadowRoot` of the first button in the page's own world as well, for tools that run there. */
export async function exposeToPage(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { root } = await session.send('DOM.getDocument', { depth: -1, pierce: true });
  const find = (node: Node): Node | undefined =>
    node.shadowRootType === 'closed'
      ? node
      : [...(node.shadowRoots ?? []), ...(node.children ?? [])].map(find).find((found) => found !== undefined);
  const { object } = await session.send('DOM.resolveNode', {
    backendNodeId: find(root as Node)?.backendNodeId as number,
  });
  await session.send('Runtime.callFunctionOn', { objectId: object.objectId as string, functionDeclaration: define });
  await session.detach();
}

const define =
  'function () { Object.defineProperty(this.host, "shadowRoot", { get: () => this, configurable: true }); }';

async function expose(page: Page): Promise<void> {
  // The page may have been closed meanwhile.
  const ignore = () => {};
  const session = await page.context().newCDPSession(page).catch(ignore);
  if (!session) return;
  const send: CDPSession['send'] = (method, ...params) => session.send(method, ...params).catch(ignore) as never;
  let contextId: number | undefined;
  utilityWorlds.set(page, async () => {
    // The utility world is created when a locator is used.
    await page.locator('rbee-run').first().waitFor({ state: 'attached' });
    if (contextId === undefined) throw new Error('Playwright has no utility world in this page.');
    return { session, contextId };
  });

  async function reveal(root: Node): Promise<void> {
    const { object } = (await send('DOM.resolveNode', {
      backendNodeId: root.backendNodeId,
      ...(contextId !== undefined && { executionContextId: contextId }),
    })) ?? { object: {} };
    if (!object.objectId) return;
    await send('Runtime.callFunctionOn', { objectId: object.objectId, functionDeclaration: define });
  }

  function visit(node: Node): void {
    if (node.shadowRootType === 'closed' && contextId !== undefined) void reveal(node);
    for (const child of [...(node.shadowRoots ?? []), ...(node.children ?? [])]) visit(child);
    if (node.childNodeCount && !node.children)
      void send('DOM.requestChildNodes', { nodeId: node.nodeId, depth: -1, pierce: true });
  }

  const visitAll = async () => {
    const reply = await send('DOM.getDocument', { depth: -1, pierce: true });
    if (reply) visit(reply.root as Node);
  };
  session.on('Runtime.executionContextCreated', ({ context }) => {
    const isMainFrame = context.auxData?.frameId === mainFrame;
    if (!isMainFrame || !context.name.startsWith('__playwright_utility_world')) return;
    contextId = context.id;
    void visitAll();
  });
  session.on('DOM.shadowRootPushed', ({ root }) => visit(root as Node));
  session.on('DOM.childNodeInserted', ({ node }) => visit(node as Node));
  session.on('DOM.setChildNodes', ({ nodes }) => (nodes as Node[]).forEach(visit));
  session.on('DOM.documentUpdated', () => void visitAll());
  const mainFrame = (await send('Page.getFrameTree'))?.frameTree.frame.id;
  await Promise.all([send('DOM.enable'), send('Runtime.enable')]);
}
