import { createAnnouncer } from '../../components/page/announcer.ts';
import { showNotice } from '../../components/page/notice.ts';
import { type Click, createRunButtons, type RunButton } from '../../components/page/run-button.ts';
import { browser } from '../../lib/browser.ts';
import { RbeeError } from '../../lib/errors.ts';
import { clearLeftovers, keepPlaces } from '../../lib/marketplace/keep-places.ts';
import type { Place } from '../../lib/marketplace/read-places.ts';
import { isSettled } from '../../lib/marketplace/settled.ts';
import type { Request } from '../../lib/messages/contract.ts';
import { send } from '../../lib/messages/send.ts';
import { watchLatestRuns } from '../../lib/runs/latest-runs.ts';
import type { Run } from '../../lib/runs/run.ts';
import type { Words } from '../../lib/words/button.ts';
import { say } from '../../lib/words/say.ts';

const messages = {
  start: 'run/start',
  retry: 'run/retry',
  cancel: 'run/cancel',
  open: 'run/open',
  choose: 'run/open',
} as const;

/** What the service worker takes at once. */
const maxSubjects = 1_000;

/** Puts the buttons into a page and keeps them true, until this script's extension is gone. */
export function servePage(): void {
  const lifetime = new AbortController();
  const { signal } = lifetime;
  // Asked for now: once the extension is gone it has no words either.
  const farewell = [say(['page.updated']), say(['run.dismiss'])] as const;
  const buttons = new Map<RunButton, Place>();
  const runs = watchLatestRuns(refresh, signal);
  const createButton = createRunButtons({ page: document, isAlive, explain, announce: createAnnouncer() });
  let subjects: ReadonlySet<string> = new Set();
  let check = () => {};

  on(window, 'DOMContentLoaded', start);
  // Whether the extension is still there shows only when it is looked for: at each of these the page gets its own back.
  on(document, 'pointerdown', isAlive);
  on(document, 'keydown', isAlive);
  on(globalThis.navigation, 'navigate', () => isAlive() && check());
  on(document, 'visibilitychange', () => {
    if (isAlive() && document.visibilityState === 'visible') void sync();
  });
  if (document.readyState !== 'loading') start();

  function on(target: EventTarget | undefined, type: string, listener: () => void): void {
    target?.addEventListener(type, listener, { signal, capture: true });
  }

  function isAlive(): boolean {
    if (!browser.runtime?.id && !signal.aborted) {
      lifetime.abort();
      showNotice(document, ...farewell);
    }
    return !signal.aborted;
  }

  function start(): void {
    clearLeftovers(document);
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
        button.show(now.subject, runs.of(now.subject));
      },
      remove: () => {
        button.host.remove();
        buttons.delete(button);
      },
    };
  }

  function refresh(): void {
    if (!isAlive()) return;
    for (const [button, { subject }] of buttons) button.show(subject, runs.of(subject));
  }

  function onLooked(found: ReadonlySet<string>): void {
    const isNew = [...found].some((subject) => !subjects.has(subject));
    subjects = found;
    if (isNew) void sync();
  }

  async function sync(): Promise<void> {
    if (subjects.size === 0) return;
    try {
      runs.take((await send('run/sync', { subjects: [...subjects].slice(0, maxSubjects) })).runs);
    } catch {
      // Nobody asked for anything, so nobody is told: a click will say it.
      void isAlive();
    }
  }

  async function act(button: RunButton, { action, run }: Click): Promise<Run | undefined> {
    const place = buttons.get(button);
    const subject = place?.read();
    // Where the page has changed under it, a click can only have meant what it would start anyway.
    const isMeant = subject && (action === 'start' || (run && subject === place?.subject));
    if (!isMeant) return run;
    const request = action === 'start' ? { subject } : { id: run?.id ?? '' };
    const answer: { run?: Run } = await send(messages[action], request as Request<'run/start'> & Request<'run/open'>);
    runs.take([answer.run]);
    return answer.run;
  }
}

function explain(error: unknown): Words {
  const code = error instanceof RbeeError ? error.code : 'message-rejected';
  return [`error.${code.replaceAll('-', '_')}.title`];
}
