import type { Cdp, CdpEvent } from './cdp.ts';

export type Complaint = { where: string; level: string; text: string };

export type ConsoleGuard = {
  /** Warnings, errors and uncaught exceptions of every page, popup and service worker that nothing allows. */
  complaints(): Promise<Complaint[]>;
  /** For what a test causes on purpose, e.g. the browser's own line about a refused connection. */
  allow(pattern: RegExp): void;
  /** Forgets what was said and what was allowed. */
  clear(): void;
};

type Attached = { sessionId: string; targetInfo: { targetId: string; url: string } };
type RemoteObject = { value?: unknown; description?: string };
type Reader = (params: Record<string, unknown>) => Omit<Complaint, 'where'> | undefined;

const answerWithinMs = 5_000;
const levels = new Set(['warning', 'error', 'assert']);

const readers: Record<string, Reader> = {
  'Runtime.consoleAPICalled': ({ type, args }) =>
    levels.has(String(type))
      ? { level: String(type), text: (args as RemoteObject[]).map(textOf).join(' ') }
      : undefined,
  'Runtime.exceptionThrown': ({ exceptionDetails }) => {
    const { text, exception } = exceptionDetails as { text: string; exception?: RemoteObject };
    return { level: 'exception', text: `${text} ${exception ? textOf(exception) : ''}`.trim() };
  },
  'Log.entryAdded': ({ entry }) => {
    const { level, text, url } = entry as { level: string; text: string; url?: string };
    return levels.has(level) ? { level, text: url ? `${text} (${url})` : text } : undefined;
  },
};

/** Listens to everything the browser runs from now on. */
export async function guardConsole(cdp: Cdp): Promise<ConsoleGuard> {
  const targets = new Map<string, Attached['targetInfo']>();
  const all: Complaint[] = [];
  const allowed: RegExp[] = [];
  const attach = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true };

  async function follow({ sessionId, targetInfo }: Attached): Promise<void> {
    targets.set(sessionId, { ...targetInfo });
    const ask = (method: string, params?: object) => cdp.send(method, params, sessionId);
    // A page's service worker is followed by the browser's own attachment already.
    const frames = { ...attach, filter: [{ type: 'iframe' }, { type: 'worker' }] };
    await Promise.all([ask('Runtime.enable'), ask('Log.enable'), ask('Target.setAutoAttach', frames)]);
  }

  function rename({ targetId, url }: Attached['targetInfo']): void {
    for (const target of targets.values()) if (target.targetId === targetId) target.url = url;
  }

  cdp.listen(({ method, params, sessionId }: CdpEvent) => {
    // A target that is gone before it could be followed has nothing left to say.
    if (method === 'Target.attachedToTarget') follow(params as never).catch(() => {});
    if (method === 'Target.detachedFromTarget') targets.delete(String(params.sessionId));
    if (method === 'Target.targetInfoChanged') rename((params as Attached).targetInfo);
    const complaint = readers[method]?.(params);
    if (complaint) all.push({ where: targets.get(sessionId ?? '')?.url ?? 'browser', ...complaint });
  });
  const noUi = [
    { type: 'browser', exclude: true },
    { type: 'tab', exclude: true },
    { type: 'browser_ui', exclude: true },
    {},
  ];
  await cdp.send('Target.setDiscoverTargets', { discover: true });
  await cdp.send('Target.setAutoAttach', { ...attach, filter: noUi });

  return {
    allow: (pattern) => {
      allowed.push(pattern);
    },
    clear: () => {
      all.length = 0;
      allowed.length = 0;
    },
    complaints: async () => {
      // One round trip to each target: what was said before it has arrived by then.
      const asked = [...targets.keys()].map((sessionId) => cdp.send('Runtime.getIsolateId', {}, sessionId));
      // A service worker that is being stopped may never answer.
      await Promise.race([Promise.allSettled(asked), new Promise((resolve) => setTimeout(resolve, answerWithinMs))]);
      return all.filter(({ text }) => !allowed.some((pattern) => pattern.test(text)));
    },
  };
}

function textOf({ value, description }: RemoteObject): string {
  return description ?? (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));
}
