import * as z from 'zod/mini';
import type { PageState, PageUpdate } from '../messages/contract.ts';
import { pageRuns } from '../messages/page-run.ts';
import type { Run } from '../runs/run.ts';
import type { StorageArea } from '../storage-area.ts';

const keyPrefix = 'page:';
const maxPages = 100;
/** Narration comes in bursts; a button needs no more than this. */
const pushEveryMs = 200;

const Subjects = z.array(z.string());

type Page = { subjects: string[]; sent?: string };

type Deps = {
  /** `storage.session`, so that a restarted service worker knows which tabs to update, and a restarted browser does not. */
  session: StorageArea;
  runs(): readonly Run[];
  /** `tabs.sendMessage` to the top frame. Rejects if the tab was closed, discarded or navigated. */
  send(tabId: number, update: PageUpdate): Promise<unknown>;
};

export type Pages = ReturnType<typeof createPages>;

/**
 * Keeps the buttons of open pages up to date. Nothing here is a listener, a timer without a change or an open port, so it neither wakes
 * the service worker nor keeps it alive.
 */
export function createPages({ session, runs, send }: Deps) {
  const pages = new Map<number, Page>();
  let downloaded: ReadonlySet<string> = new Set();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pushedAt = 0;

  const ready = session.get(null).then((stored) => {
    for (const [key, value] of Object.entries(stored)) {
      const { data } = key.startsWith(keyPrefix) ? z.safeParse(Subjects, value) : {};
      const tabId = Number(key.slice(keyPrefix.length));
      if (data && !pages.has(tabId)) pages.set(tabId, { subjects: data });
    }
  });

  const stateOf = ({ subjects }: Page): PageState => ({
    runs: pageRuns(runs(), subjects),
    downloaded: subjects.filter((subject) => downloaded.has(subject)),
  });

  /** Sends its state to one page, unless that is what it got last. */
  async function push(tabId: number): Promise<void> {
    const page = pages.get(tabId);
    if (!page) return;
    const state = stateOf(page);
    const sent = JSON.stringify(state);
    if (page.sent === sent) return;
    page.sent = sent;
    await send(tabId, { type: 'page/runs', ...state }).catch(() => forget(tabId, page));
  }

  async function forget(tabId: number, page: Page): Promise<void> {
    // The tab may show another page of ours by now.
    if (pages.get(tabId) !== page) return;
    pages.delete(tabId);
    await session.remove(keyPrefix + tabId).catch(() => {});
  }

  async function pushToAll(): Promise<void> {
    timer = undefined;
    pushedAt = Date.now();
    await ready.catch(() => {});
    await Promise.all([...pages.keys()].map(push));
  }

  /** Runs have changed: all pages get their new state soon. */
  function changed(): void {
    if (timer) return;
    timer = setTimeout(() => void pushToAll(), Math.min(pushEveryMs, Math.max(0, pushedAt + pushEveryMs - Date.now())));
  }

  return {
    changed,
    push,

    /** A page tells its subjects. Answers at once with what is known now. */
    async show(tabId: number, subjects: string[]): Promise<PageState> {
      await ready.catch(() => {});
      const page: Page = { subjects };
      pages.delete(tabId);
      pages.set(tabId, page);
      // The oldest makes room; it is most likely gone.
      const [oldest] = pages.keys();
      if (pages.size > maxPages && oldest !== undefined) pages.delete(oldest);
      await session.set({ [keyPrefix + tabId]: subjects }).catch(() => {});
      const state = stateOf(page);
      page.sent = JSON.stringify(state);
      return state;
    },

    /** `ids`: the ids of all models that were found on hives. */
    setDownloaded(ids: Iterable<string>): void {
      downloaded = new Set([...ids].flatMap((id) => [`hf:${id}`, `hf:${id.replace(/:.*$/, '')}`]));
      changed();
    },
  };
}
