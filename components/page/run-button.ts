import { i18n } from '#i18n';
import { formatPercent } from '../../lib/i18n/format.ts';
import { joinSentences, setLanguage } from '../../lib/i18n/language.ts';
import type { Choices, PageRun, Start } from '../../lib/messages/contract.ts';
import { isFileChoice } from '../../lib/runs/file-choices.ts';
import { type ButtonAction, type ButtonFacts, type ButtonView, buttonView } from './button-view.ts';
import { createElements } from './elements.ts';
import { createFileList, type FileList } from './file-list.ts';
import type { NewLabels } from './new-labels.ts';
import { createStyles } from './styles.ts';
import type { ClickGuard } from './trust/click-guard.ts';
import { listenForClicks } from './trust/listen-for-clicks.ts';

const parts =
  '<div class="bar"><div class="row"><button type="button" class="main" aria-describedby="description"><svg viewBox="0 0 24 24" aria-hidden="true"><path/></svg>' +
  '<span class="label"></span><span class="detail" aria-hidden="true"></span></button></div>' +
  '<p class="line" id="description"></p></div>';

/** What a click asks for, and the run that was shown when it began. `start`: what was chosen in the list. */
export type Click = { action: ButtonAction; run: PageRun | undefined; start?: Partial<Start> };

export type ButtonOptions = {
  page: Document;
  guard: ClickGuard;
  newLabels: NewLabels;
  /** False once the extension is gone: then there are no texts to draw with. */
  isAlive(): boolean;
  /** One sentence about what `act` or `choices` has thrown. */
  explain(error: unknown): string;
  /** Announces a text to screen readers, at most one in 5 s. */
  announce(region: Element, text: string): void;
  choices(subject: string, hive: string | undefined): Promise<Choices>;
};

type ButtonHandlers = {
  /** A small button on a card, with the subject in its name: there are many of them. */
  compact: boolean;
  /** Carries out a click. What it throws is shown. */
  act(click: Click): Promise<unknown>;
  /** Asks the user in the popup instead, because the click may not have been meant. */
  confirm(click: Click): Promise<unknown>;
  /** Texts have changed, and the size of the button with them. On a card only its label has a size. */
  onTexts(): unknown;
};

export type RunButton = {
  host: HTMLElement;
  /** Width of the `<button>` in px, also while it floats. */
  rowWidth(): number;
  /** The visible button and the description that is shown with it. */
  bar: HTMLElement;
  /** Call when the visible button has moved. */
  moved(): void;
  show(facts: Omit<ButtonFacts, 'now'>): void;
  setDark(dark: boolean): void;
  remove(): void;
};

/** Returns a function that makes an `<rbee-run>` element. */
export function createRunButtons(options: ButtonOptions): (place: ButtonHandlers) => RunButton {
  const { page } = options;
  const addStyles = createStyles(page);
  const template = new DOMParser().parseFromString(parts, 'text/html');
  const contents = template.createDocumentFragment();
  contents.append(...template.body.childNodes);
  // In the template's document no custom element is defined. A class that the page defines for `rbee-run` could reach the closed root.
  const blank = template.createElement('rbee-run');
  setLanguage(blank);
  blank.translate = false;
  return (place) => {
    const host = blank.cloneNode() as HTMLElement;
    const root = host.attachShadow({ mode: 'closed' });
    root.append(contents.cloneNode(true));
    page.adoptNode(host);
    addStyles(root);
    return connect(host, root, { ...options, ...place });
  };
}

/** Draws what `buttonView` says. */
function connect(
  host: HTMLElement,
  root: ShadowRoot,
  {
    page,
    compact,
    act,
    confirm,
    onTexts,
    choices,
    guard,
    newLabels,
    isAlive,
    explain,
    announce,
  }: ButtonHandlers & ButtonOptions,
): RunButton {
  const part = (selector: string) => root.querySelector(selector) as HTMLElement;
  const [bar, button, label, detail] = [part('.bar'), part('.main'), part('.label'), part('.detail')];
  const line = part('.line');
  const make = createElements(page);
  const link = compact ? undefined : make('a', { target: '_blank', rel: 'noreferrer' });
  /** Created at the first announcement: most buttons on cards never have one. */
  let region: HTMLElement | undefined;
  if (compact) host.dataset.variant = 'compact';

  let facts: Omit<ButtonFacts, 'now'> = { subject: '' };
  let view: ButtonView | undefined;
  let problem: string | undefined;
  let busy = false;
  /** The reply to a click takes so long that the user is told. */
  let asking = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const list: FileList | undefined = compact
    ? undefined
    : createFileList({
        page,
        host,
        bar,
        guard,
        newLabels,
        explain,
        ask: (hive) => choices(facts.subject, hive),
        // What has to be decided is decided in the popup then.
        onUnreadable: () => {
          if (facts.run?.state === 'choose') void act({ action: 'open', run: facts.run });
        },
        onTake: (start, isMeant) => {
          guard.expectFocus();
          button.focus();
          handle({ action: 'start', run: facts.run, start }, isMeant);
        },
      });
  if (list && link) {
    button.after(list.toggle);
    root.append(link, list.panel);
  }

  function draw(): void {
    clearTimeout(timer);
    if (!isAlive()) return;
    const now = Date.now();
    const before = view;
    view = buttonView({ ...facts, now });
    if (problem) {
      Object.assign(view, { description: [problem], prominent: true });
      if (view.action === 'start') Object.assign(view, { state: 'failed', label: i18n.t('run.retry') });
    }
    const { action, state, percent, until } = view;
    host.dataset.subject = facts.run?.subject ?? facts.subject;
    host.dataset.state = state;
    const isNew = setText(label, view.label);
    const isLonger = setText(detail, compact ? compactDetail(view) : (view.detail ?? ''));
    const description = asking ? i18n.t('button.asking') : joinSentences(...view.description);
    const isOther = setText(line, description);
    line.classList.toggle('shown', !compact && Boolean(view.prominent));
    if (link) {
      link.hidden = !view.link || action === 'link';
      if (view.link) link.href = view.link.url;
      setText(link, view.link?.label ?? '');
    }
    if (compact) {
      const [kind, name = ''] = facts.subject.split(/:(.*)/);
      button.ariaLabel = `${view.label} ${kind === 'civitai' ? i18n.t('run.civitai', { id: name }) : name}`;
      button.title = `${button.ariaLabel}\n${description}`;
    }
    button.ariaDisabled = action ? null : 'true';
    button.classList.toggle('busy', asking);
    button.dataset.action = action ?? 'none';
    if (percent !== before?.percent) button.style.setProperty('--done', `${percent ?? 0}%`);
    if (list) list.toggle.hidden = asking || !action || action === 'cancel' || state === 'unsupported';
    if (isNew || isLonger || (isOther && !compact)) onTexts();
    if (isNew) newLabels.begin(button);
    // What a click on this button has just caused is said by the new description alone: its label would sound like advice.
    if (isOther && before && state !== 'idle') {
      region ??= root.appendChild(make('p', { role: 'status', ariaLive: 'polite' }));
      announce(region, description);
    }
    if (until) timer = setTimeout(() => host.isConnected && draw(), Math.max(until - now, 250));
  }

  listenForClicks<Click>(button, host, {
    guard,
    offer: () => (view?.action && !busy ? { action: view.action, run: facts.run } : undefined),
    isNew: () => newLabels.has(button),
    act: handle,
  });

  function handle(click: Click, isMeant: boolean): void {
    const choosesFile = click.action === 'choose' && (!click.run?.choice || isFileChoice(click.run.choice));
    // Opening the list starts nothing.
    if (choosesFile && list) list.open();
    else if (!isMeant) confirm(withHive(click)).catch(() => {});
    else if (click.action === 'link' && view?.link) page.defaultView?.open(view.link.url, '_blank', 'noreferrer');
    else void carryOut(withHive(click));
  }

  const withHive = (click: Click): Click => ({ ...click, start: { hive: list?.hive(), ...click.start } });

  async function carryOut(click: Click): Promise<void> {
    if (busy) return;
    busy = true;
    problem = undefined;
    // Most replies come sooner: the text would only flash up, and painting it would delay the request.
    const slow = setTimeout(() => {
      asking = true;
      draw();
    }, 100);
    try {
      await act(click);
    } catch (error) {
      problem = explain(error);
    }
    clearTimeout(slow);
    busy = false;
    asking = false;
    draw();
  }

  // On a card the button is inside the page's link or row, which must not react to its events.
  for (const type of compact ? ['pointerdown', 'mousedown', 'keydown', 'click', 'auxclick'] : []) {
    host.addEventListener(type, (event) => {
      event.stopPropagation();
      if (type.endsWith('click')) event.preventDefault();
    });
  }

  return {
    host,
    rowWidth: () => button.getBoundingClientRect().width,
    bar,
    moved: () => list?.follow(),
    show(next) {
      const isOther = facts.subject !== next.subject;
      const keys = ['subject', 'run', 'summary', 'downloaded'] as const;
      if (keys.every((key) => facts[key] === next[key])) return;
      if (isOther || next.run !== facts.run) problem = undefined;
      facts = next;
      if (isOther) list?.reset();
      draw();
    },
    setDark: (dark) => void host.classList.toggle('dark', dark),
    remove() {
      clearTimeout(timer);
      guard.forget(button);
      host.remove();
    },
  };
}

/** On a card there is room for a percentage, and for the reason why a whole list is not supported. */
function compactDetail({ percent, state, description }: ButtonView): string {
  if (percent !== undefined) return formatPercent(percent);
  return state === 'unsupported' ? joinSentences(...description) : '';
}

/** Returns whether the text is new. Writing the same text again would cost a layout. */
function setText(element: Element, text: string): boolean {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}
