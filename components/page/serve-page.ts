import type { ContentScriptContext } from 'wxt/utils/content-script-context';
import { browser } from '../../lib/browser.ts';
import type { RbeeError } from '../../lib/errors.ts';
import { errorTitle } from '../../lib/i18n/error-titles.ts';
import { isOwn } from '../../lib/marketplace/own-content.ts';
import { clearLeftovers, type PlacedButton, placeButtons } from '../../lib/marketplace/place-buttons.ts';
import { rbeeLink, readRbeeLink } from '../../lib/marketplace/rbee-link.ts';
import type { Place } from '../../lib/marketplace/read-places.ts';
import { answerPresence, isSettled } from '../../lib/marketplace/settled.ts';
import type { Request, Start, Summary } from '../../lib/messages/contract.ts';
import { send } from '../../lib/messages/send.ts';
import { createPageAnnouncer } from './announcer.ts';
import { createCardFit } from './card-fit.ts';
import { keepInReach } from './keep-in-reach.ts';
import { createNewLabels } from './new-labels.ts';
import { prepareNotice } from './notice.ts';
import { createPageState } from './page-state.ts';
import { type Click, createRunButtons, type RunButton } from './run-button.ts';
import { watchTheme } from './theme.ts';
import { createClickGuard } from './trust/click-guard.ts';
import { trustedListener } from './trust/trusted-listener.ts';

type Shown = { button: RunButton; place: Place; summary?: Summary; fit?: () => void; choiceUntil?: number };

/** Puts the buttons into a page and keeps them up to date until the extension is gone. */
export function servePage(ctx: ContentScriptContext): void {
  const { signal } = ctx;
  const listen = trustedListener(signal);
  const shown = new Set<Shown>();
  const state = createPageState(ctx, () => {
    for (const one of shown) draw(one);
  });
  const newLabels = createNewLabels();
  // Before `fit`, whose changes would make the guard's reading cost a layout.
  const guard = createClickGuard(document, newLabels, signal);
  const fit = createCardFit(signal);
  const isDark = watchTheme(document, signal, () => {
    for (const { button } of shown) button.setDark(isDark());
  });
  listen(document.fonts, 'loadingdone', () => {
    for (const { place, button } of shown) if (place.kind === 'card') fit.relabel(place.anchor, button.host);
  });
  let createButton: ReturnType<typeof createRunButtons>;
  let scanAgain = () => {};
  let showNotice = () => {};

  ctx.onInvalidated(() => {
    if (!browser.runtime?.id) showNotice();
  });
  answerPresence(document, signal);
  listen(document, 'DOMContentLoaded', start);
  // No event reports that the extension is gone. `isValid` notices it, and then the page's own actions are shown again.
  listen(document, 'pointerdown', () => ctx.isValid);
  listen(document, 'keydown', () => ctx.isValid);
  listen(document, 'click', followRbeeLink);
  listen(globalThis.navigation, 'navigate', () => ctx.isValid && scanAgain());
  listen(window, 'pageshow', (event) => (event as PageTransitionEvent).persisted && state.refresh());
  listen(document, 'visibilitychange', () => {
    if (ctx.isValid && document.visibilityState === 'visible') void state.refresh();
  });
  if (document.readyState !== 'loading') start();

  function start(): void {
    clearLeftovers(document);
    showNotice = prepareNotice(document);
    createButton = createRunButtons({
      page: document,
      guard,
      newLabels,
      isAlive: () => ctx.isValid,
      explain: (error) => errorTitle((error as Partial<RbeeError>).code ?? 'internal'),
      announce: createPageAnnouncer(),
      choices: (subject, hive) => send('subject/choices', { subject, hive }),
    });
    scanAgain = placeButtons({
      page: document,
      location,
      isSettled: (element) => ctx.isValid && isSettled(element),
      create,
      onScanned: state.setSubjects,
      signal,
    });
  }

  function create(place: Place): PlacedButton {
    const one: Shown = {
      place,
      button: createButton({
        compact: place.kind === 'card',
        act: (click) => act(one, click),
        confirm: (click) => confirm(one, click),
        onTexts: () => (place.kind === 'card' ? fit.relabel(place.anchor, one.button.host) : one.fit?.()),
      }),
    };
    const lifetime = place.kind === 'card' ? undefined : new AbortController();
    one.button.setDark(isDark());
    if (lifetime) one.fit = keepInReach(one.button, lifetime.signal);
    return {
      host: one.button.host,
      update(now) {
        if (ctx.isInvalid) return;
        if (!shown.has(one) || one.place.subject !== now.subject) void summarise(one, now);
        one.place = now;
        shown.add(one);
        draw(one);
        if (place.kind === 'card') fit.update(place.anchor);
      },
      inserted: () => fit.watch(place.anchor, one.button.host),
      remove() {
        lifetime?.abort();
        one.button.remove();
        fit.forget(place.anchor);
        shown.delete(one);
      },
    };
  }

  function draw(one: Shown): void {
    const { subject } = one.place;
    const run = state.runOf(subject);
    one.button.show({ subject, run, summary: one.summary, downloaded: state.isDownloaded(subject) });
    // What cannot be decided on a card is decided in the popup.
    if (run?.state !== 'choose' || !one.choiceUntil) return;
    if (performance.now() < one.choiceUntil) void send('run/open', { id: run.id }).catch(() => {});
    delete one.choiceUntil;
  }

  /** What is worth knowing before a click. Cards do without: there are too many of them. */
  async function summarise(one: Shown, { subject, kind }: Place): Promise<void> {
    delete one.summary;
    delete one.choiceUntil;
    if (kind === 'card' || subject.startsWith('civitai:')) return;
    const summary = await send('subject/summary', { subject }).catch(() => undefined);
    if (!summary || one.place.subject !== subject || !shown.has(one)) return;
    one.summary = summary;
    draw(one);
  }

  async function act(one: Shown, click: Click): Promise<void> {
    const { run } = click;
    const request = startRequest(one, click);
    if (request) await send('run/start', request);
    else if (run && one.place.read() === one.place.subject) {
      const type = click.action === 'choose' || click.action === 'open' ? 'run/open' : click.action;
      if (type === 'run/open') await send(type, { id: run.id });
      else if (type === 'cancel' || type === 'retry') await send(`run/${type}`, { id: run.id });
    }
    if ((request || click.action === 'retry') && one.place.kind === 'card')
      one.choiceUntil = performance.now() + choiceMs;
    await state.refresh();
  }

  async function confirm(one: Shown, click: Click): Promise<void> {
    const request = startRequest(one, click);
    if (request) await send('run/confirm', request);
    else if (click.run) await send('run/open', { id: click.run.id });
  }

  /** What a click starts. Reads the page again: where it has changed, only a click that starts something can still be meant. */
  function startRequest({ place }: Shown, { action, run, start }: Click): Start | undefined {
    // After a failure, another hive was chosen in the list: what failed is started there.
    const again = action === 'retry' && start?.hive ? run : undefined;
    const subject = place.read();
    if (!subject || (action !== 'start' && !again)) return undefined;
    const request: Request<'run/start'> = { subject: again?.subject ?? subject, backend: place.backend, ...start };
    if (place.kind === 'card') request.fromCard = true;
    return again?.withoutModel ? { ...request, withoutModel: true } : request;
  }

  /** What rbee's desktop app would open in the marketplace is opened here. */
  function followRbeeLink(event: Event): void {
    const link = event.target instanceof Element && event.target.closest(rbeeLink);
    const path = link && isOwn(link) && readRbeeLink(link.getAttribute('href') ?? '').path;
    if (!path) return;
    event.preventDefault();
    location.assign(path);
  }
}

/** For how long after a click on a card its run may ask for a decision and open the popup. */
const choiceMs = 10_000;
