import { i18n } from '#i18n';
import { createAnnouncer } from '../../components/page/announcer.ts';
import { showNotice } from '../../components/page/notice.ts';
import { type Click, createRunButtons, type RunButton } from '../../components/page/run-button.ts';
import { browser } from '../../lib/browser.ts';
import type { RbeeError } from '../../lib/errors.ts';
import { errorTitles } from '../../lib/i18n/error-texts.ts';
import { clearLeftovers, keepPlaces } from '../../lib/marketplace/keep-places.ts';
import { isOwn } from '../../lib/marketplace/own-content.ts';
import { rbeeLink, readRbeeLink } from '../../lib/marketplace/rbee-link.ts';
import type { Place } from '../../lib/marketplace/read-places.ts';
import { isSettled } from '../../lib/marketplace/settled.ts';
import type { Request } from '../../lib/messages/contract.ts';
import { send } from '../../lib/messages/send.ts';
import { isBare } from '../../lib/runs/create-run.ts';
import { watchLatestRuns } from '../../lib/runs/latest-runs.ts';
import type { Run } from '../../lib/runs/run.ts';

/** What the service worker takes at once. */
const maxSubjects = 1_000;

/** Puts the buttons into a page and keeps them true, until this script's extension is gone. */
export function servePage(): void {
  const lifetime = new AbortController();
  const { signal } = lifetime;
  // Asked for now: once the extension is gone it has no words either.
  const farewell = [i18n.t('page.updated'), i18n.t('run.dismiss')] as const;
  const buttons = new Map<RunButton, Place>();
  const runs = watchLatestRuns(refresh, signal);
  // Data, asked for while the page still comes, so that what every page loads stays small.
  const look = send('page/look', {}).catch(() => ({ look: '' }));
  let createButton: ReturnType<typeof createRunButtons>;
  let subjects: ReadonlySet<string> = new Set();
  let there: readonly string[] = [];
  let check = () => {};

  on(window, 'DOMContentLoaded', start);
  // Whether the extension is still there shows only when it is looked for: at each of these the page gets its own back.
  on(document, 'pointerdown', isAlive);
  on(document, 'click', followRbeeLink);
  on(document, 'keydown', isAlive);
  on(globalThis.navigation, 'navigate', () => isAlive() && check());
  on(window, 'pageshow', (event) => (event as PageTransitionEvent).persisted && runs.clear());
  on(document, 'visibilitychange', () => {
    if (isAlive() && document.visibilityState === 'visible') void sync();
  });
  if (document.readyState !== 'loading') start();

  function on(target: EventTarget | undefined, type: string, listener: (event: Event) => unknown): void {
    target?.addEventListener(type, listener, { signal, capture: true });
  }

  /** What rbee's desktop app would open in the marketplace is opened here. */
  function followRbeeLink(event: Event): void {
    const link = event.target instanceof Element && event.target.closest(rbeeLink);
    const path = link && isOwn(link) && readRbeeLink(link.getAttribute('href') ?? '').path;
    if (!path) return;
    event.preventDefault();
    location.assign(path);
  }

  function isAlive(): boolean {
    if (!browser.runtime?.id && !signal.aborted) {
      lifetime.abort();
      showNotice(document, ...farewell);
    }
    return !signal.aborted;
  }

  async function start(): Promise<void> {
    clearLeftovers(document);
    createButton = createRunButtons({
      ...(await look),
      page: document,
      isAlive,
      explain,
      announce: createAnnouncer(),
      ask: (request) => send('subject/offer', request),
    });
    check = keepPlaces({
      page: document,
      location,
      isSettled: (element) => isAlive() && isSettled(element),
      put,
      onLooked,
      signal,
    });
  }

  function put(place: Place) {
    const button = createButton({ compact: place.kind === 'card', act: (click) => act(button, click) });
    return {
      host: button.host,
      update: (now: Place) => {
        if (!isAlive()) return;
        buttons.set(button, now);
        show(button, now);
      },
      remove: () => {
        button.host.remove();
        buttons.delete(button);
      },
    };
  }

  function refresh(): void {
    if (!isAlive()) return;
    for (const [button, place] of buttons) show(button, place);
  }

  function show(button: RunButton, { subject }: Place): void {
    const isThere = there.some((id) => `hf:${id}:`.startsWith(`${subject}:`));
    button.show(subject, runs.of(subject), isThere);
  }

  function onLooked(found: ReadonlySet<string>): void {
    const isNew = [...found].some((subject) => !subjects.has(subject));
    subjects = found;
    if (isNew) void sync();
  }

  async function sync(): Promise<void> {
    if (subjects.size === 0) return;
    try {
      // More than it takes at once: then all that there are.
      const now = await send('run/sync', subjects.size > maxSubjects ? {} : { subjects: [...subjects] });
      ({ there } = now);
      runs.take(now.runs);
    } catch {
      // Nobody asked for anything, so nobody is told: a click will say it.
      void isAlive();
    }
  }

  async function act(button: RunButton, { action, run, start }: Click): Promise<Run | undefined> {
    const place = buttons.get(button);
    const subject = place?.read();
    // Where the page has changed under it, a click can only have meant what it would start anyway.
    const isMeant = subject && (action === 'start' || (run && subject === place?.subject));
    if (!isMeant) return run;
    // Another attempt where a hive was chosen on this page: what it was of goes there.
    const again = action === 'retry' && start?.hive ? run : undefined;
    const asked = again ? 'start' : action;
    const request =
      asked === 'start'
        ? { subject: again?.subject ?? subject, backend: place?.backend, bare: again && isBare(again), ...start }
        : { id: run?.id ?? '' };
    const type = `run/${asked === 'choose' ? 'open' : asked}` as const;
    const answer: { run?: Run } = await send(type, request as Request<'run/start'> & Request<'run/open'>);
    runs.take([answer.run]);
    return answer.run;
  }
}

function explain(error: unknown): string {
  const { code = 'message-rejected' } = error as Partial<RbeeError>;
  return errorTitles[code]();
}
