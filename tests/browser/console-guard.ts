import type { Cdp, CdpEvent } from './cdp.ts';

export type ConsoleProblem = { where: string; level: string; text: string };

export type ConsoleGuard = {
  /** Warnings, errors and uncaught exceptions of every page, popup and service worker that were not allowed. */
  problems(): Promise<ConsoleProblem[]>;
  /** Allows messages that a test causes on purpose, e.g. the browser's own message about a refused connection. */
  allow(pattern: RegExp): void;
  /** Clears the recorded messages and the allowed patterns. */
  clear(): void;
};

type Attached = { sessionId: string; targetInfo: { targetId: string; url: string } };
type RemoteObject = { value?: unknown; description?: string };
type Reader = (params: Record<string, unknown>) => Omit<ConsoleProblem, 'where'> | undefined;

const replyTimeoutMs = 5_000;
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

/** Records the consoles of all targets of the browser from now on. */
export async function guardConsole(cdp: Cdp): Promise<ConsoleGuard> {
  const targets = new Map<string, Attached['targetInfo']>();
  const all: ConsoleProblem[] = [];
  const allowed: RegExp[] = [];
  const attach = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true };

  async function follow({ sessionId, targetInfo }: Attached): Promise<void> {
    targets.set(sessionId, { ...targetInfo });
    const send = (method: string, params?: object) => cdp.send(method, params, sessionId);
    // Service workers of pages are attached by the browser session already.
    const frames = { ...attach, filter: [{ type: 'iframe' }, { type: 'worker' }] };
    await Promise.all([send('Runtime.enable'), send('Log.enable'), send('Target.setAutoAttach', frames)]);
  }

  function rename({ targetId, url }: Attached['targetInfo']): void {
    for (const target of targets.values()) if (target.targetId === targetId) target.url = url;
  }

  cdp.listen(({ method, params, sessionId }: CdpEvent) => {
    // A target that was closed meanwhile has nothing to report.
    if (method === 'Target.attachedToTarget') follow(params as never).catch(() => {});
    if (method === 'Target.detachedFromTarget') targets.delete(String(params.sessionId));
    if (method === 'Target.targetInfoChanged') rename((params as Attached).targetInfo);
    const problem = readers[method]?.(params);
    if (problem) all.push({ where: targets.get(sessionId ?? '')?.url ?? 'browser', ...problem });
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
    problems: async () => {
      // One round trip to each target: earlier messages have been received by then.
      const requests = [...targets.keys()].map((sessionId) => cdp.send('Runtime.getIsolateId', {}, sessionId));
      // A service worker that is being stopped may never reply.
      await Promise.race([Promise.allSettled(requests), new Promise((resolve) => setTimeout(resolve, replyTimeoutMs))]);
      return all.filter(({ text }) => !allowed.some((pattern) => pattern.test(text)));
    },
  };
}

function textOf({ value, description }: RemoteObject): string {
  return description ?? (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));
}
