import type { ContentScriptContext } from 'wxt/utils/content-script-context';
import { browser } from '../../lib/browser.ts';
import type { PageRun, PageState, PageUpdate } from '../../lib/messages/contract.ts';
import { send } from '../../lib/messages/send.ts';

/** No list of the site shows more; the service worker accepts 2,000. */
const maxSubjects = 1_000;
/** A page may change its subjects in every frame. */
const pauseMs = 250;

/**
 * The runs of this page's subjects, as the service worker sends them: once as the reply to `page/show`, then after each change. Listening
 * neither wakes the service worker nor keeps it alive, and storage is not read here.
 */
export function createPageState(ctx: ContentScriptContext, onChange: () => void) {
  let runs = new Map<string, PageRun>();
  let downloaded = new Set<string>();
  let subjects: readonly string[] = [];
  let askedAt = Number.NEGATIVE_INFINITY;
  let timer: number | undefined;

  const { onMessage } = browser.runtime;
  onMessage.addListener(receive);
  ctx.onInvalidated(() => {
    // Throws if the extension is gone, and the listener with it.
    try {
      onMessage.removeListener(receive);
    } catch {}
  });

  /** Returns nothing: a listener that promises an answer keeps the service worker alive. */
  function receive(message: unknown): undefined {
    if (isUpdate(message)) take(message);
  }

  function take(state: PageState): void {
    runs = new Map(state.runs.map((run) => [run.pageSubject, run]));
    downloaded = new Set(state.downloaded);
    if (ctx.isValid) onChange();
  }

  async function ask(): Promise<void> {
    askedAt = performance.now();
    timer = undefined;
    try {
      take(await send('page/show', { subjects: subjects.slice(0, maxSubjects) }));
    } catch {
      // No user waits for this. If the extension is gone, the page is restored now.
      void ctx.isInvalid;
    }
  }

  return {
    runOf: (subject: string) => runs.get(subject),
    isDownloaded: (subject: string) => downloaded.has(subject),
    /** Asks for the present state, and for updates from now on. */
    async refresh(): Promise<void> {
      if (subjects.length > 0) await ask();
    },
    setSubjects(next: ReadonlySet<string>): void {
      if (next.size === subjects.length && subjects.every((subject) => next.has(subject))) return;
      subjects = [...next];
      if (timer !== undefined) return;
      timer = ctx.setTimeout(() => void ask(), Math.max(0, askedAt + pauseMs - performance.now()));
    },
  };
}

const isUpdate = (message: unknown): message is PageUpdate =>
  typeof message === 'object' && message !== null && (message as PageUpdate).type === 'page/runs';
