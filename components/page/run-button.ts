import { i18n } from '#i18n';
import type { Offer, Request } from '../../lib/messages/contract.ts';
import type { Run } from '../../lib/runs/run.ts';
import { type ButtonAction, type ButtonView, buttonView } from './button-view.ts';
import { createChoices } from './choices.ts';
import { createLook } from './look.ts';

/** Nobody reads a label and decides in less; a second click of a double click comes sooner. */
const readingMs = 500;

const parts =
  '<button type="button" class="main" aria-describedby="more"><svg viewBox="0 0 24 24" aria-hidden="true"><path/></svg>' +
  '<span class="label"></span><span class="detail" aria-hidden="true"></span></button>' +
  '<p class="line" id="more"></p><p role="status" aria-live="polite"></p>';

/** What a click asks for, of the run that was shown when it began. `start`: what was taken from the list, or the hive chosen there. */
export type Click = { action: ButtonAction; run: Run | undefined; start?: Partial<Request<'run/start'>> };

type Options = {
  page: Document;
  /** Style sheet of the button and its list. */
  look: string;
  /** Whether the extension still is: without it there are no words to draw with. */
  isAlive(): boolean;
  /** What a person reads about something that `act` threw. */
  explain(error: unknown): string;
  /** Says something to a screen reader, in its own time. */
  announce(region: Element, text: string): void;
  /** What there is to choose for a subject. */
  ask(request: Request<'subject/offer'>): Promise<Offer>;
};

type Button = {
  /** A small one on a card, with the subject in its name: there are many of them. */
  compact: boolean;
  /** Carries a click out and returns the run as it is then. What it throws is shown. */
  act(click: Click): Promise<Run | undefined>;
};

export type RunButton = {
  host: HTMLElement;
  /** `there`: a file of the model is on the hive already. */
  show(subject: string, run: Run | undefined, there: boolean): void;
};

/** Returns a function that makes an `<rbee-run>`. */
export function createRunButtons(options: Options): (button: Button) => RunButton {
  const { page } = options;
  const applyLook = createLook(page, options.look);
  const template = page.createElement('template');
  template.innerHTML = parts;
  const reading = createReading();
  return (button) => {
    const host = page.createElement('rbee-run');
    const root = host.attachShadow({ mode: 'closed' });
    applyLook(root);
    root.append(template.content.cloneNode(true));
    return connect(host, root, { ...options, ...button, reading });
  };
}

/**
 * A new label has to be read first: until then a press is nobody's decision, and does not reach the button at all. Returns
 * what says that an element's label is new, and that tells whether it still is.
 */
function createReading(): Reading {
  const readAt = new Map<Element, number>();
  const look = () => {
    const now = performance.now();
    for (const [element, at] of readAt) {
      if (at > now) {
        setTimeout(look, at - now);
        return;
      }
      readAt.delete(element);
      element.classList.remove('new');
    }
  };
  return {
    begin(element) {
      if (readAt.size === 0) setTimeout(look, readingMs);
      readAt.delete(element);
      readAt.set(element, performance.now() + readingMs);
      element.classList.add('new');
    },
    isUnderWay: (element) => readAt.has(element),
  };
}

/** Draws what `buttonView` says, and decides which clicks count. */
function connect(
  host: HTMLElement,
  root: ShadowRoot,
  { page, compact, act, ask, isAlive, explain, announce, reading }: Button & Options & { reading: Reading },
): RunButton {
  const [button, label, detail, line, region] = (['button', '.label', '.detail', '.line', '[role]'] as const).map(
    (part) => root.querySelector(part),
  ) as Parts;
  if (compact) host.dataset.variant = 'compact';

  let subject = '';
  let run: Run | undefined;
  let there = false;
  let view: ButtonView | undefined;
  let problem: string | undefined;
  let busy = false;
  let pressed: (Click & { early: boolean; byKey: boolean }) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const choices = compact
    ? undefined
    : createChoices({
        page,
        ask: (hive) => ask({ subject, hive }),
        onRead: draw,
        onTake: (start) => {
          // What was pressed goes away with the list.
          button.focus();
          if (!busy) void carryOut({ action: 'start', run, start });
        },
        explain,
        beginReading: reading.begin,
      });
  if (choices) {
    button.after(choices.list);
    line.after(choices.link);
  }

  function draw(): void {
    clearTimeout(timer);
    if (!isAlive()) return;
    const now = Date.now();
    const before = view;
    view = buttonView(subject, run, now);
    if (problem) {
      view.description = [problem];
      view.telling = true;
      if (view.action === 'start') Object.assign(view, { state: 'failed', label: i18n.t('run.retry') });
    }
    const { action, state, percent, until } = view;
    const isIdle = state === 'idle';
    const offer = isIdle ? choices?.offer() : undefined;
    if (isIdle && (offer?.there ?? there)) view.description = [i18n.t('button.downloaded')];
    const told = [...view.description, ...(offer?.told ?? [])];
    host.dataset.subject = run?.subject ?? subject;
    host.dataset.state = state;
    const isNew = setText(label, view.label);
    setText(detail, view.detail ?? offer?.detail ?? '');
    const text = busy ? i18n.t('button.asking') : told.map((one) => one.replace(/\w$/, '$&.')).join(' ');
    const isOther = setText(line, text);
    const isShown = line.classList.toggle('shown', !compact && Boolean(view.telling || offer?.telling));
    button.title = isShown ? '' : text;
    host.toggleAttribute('data-there', isIdle && there);
    choices?.show(!busy && action !== null && action !== 'cancel', isIdle);
    if (compact) button.ariaLabel = `${label.textContent} ${subject.replace(/^\w+:/, '')}`;
    button.ariaDisabled = action ? null : 'true';
    button.classList.toggle('busy', busy);
    button.dataset.action = `${action}`;
    button.style.setProperty('--rbee-done', `${percent ?? 0}%`);
    if (isNew) reading.begin(button);
    if (isOther && before && state !== 'idle') announce(region, `${view.label}. ${line.textContent}`);
    if (until) timer = setTimeout(() => host.isConnected && draw(), Math.max(until - now, 250));
  }

  const press = (byKey = false, repeated = false) => {
    // An author's style may hide us, and have people click on what is not there.
    const early = repeated || reading.isUnderWay(button) || !button.checkVisibility({ opacityProperty: true });
    pressed = view?.action ? { action: view.action, run, early, byKey } : undefined;
  };
  button.addEventListener('pointerdown', () => press());
  button.addEventListener('keydown', (event) => press(true, event.repeat));
  button.addEventListener('click', (event) => {
    // A screen reader may click without a press, also after one that came to nothing.
    if (!pressed || !(event.detail || pressed.byKey)) press();
    const click = pressed;
    pressed = undefined;
    if (!event.isTrusted || !click || click.early || busy) return;
    // The list of files is here, and whatever else has to be decided in the popup; the list too where it could not be read.
    if (click.action === 'choose' && choices?.list.hidden === false && run?.choice !== 'install')
      choices.list.open = true;
    else void carryOut(click);
  });

  async function carryOut(click: Click): Promise<void> {
    busy = true;
    problem = undefined;
    // On its way before anything is drawn.
    const answer = act({ ...click, start: { hive: choices?.hive(), ...click.start } });
    draw();
    try {
      run = (await answer) ?? run;
    } catch (error) {
      problem = explain(error);
    }
    busy = false;
    draw();
  }

  // On a card we are inside the page's link or row, which must not hear of any of this.
  for (const type of compact ? ['pointerdown', 'keydown', 'click', 'auxclick'] : []) {
    host.addEventListener(type, (event) => {
      event.stopPropagation();
      if (type.endsWith('click')) event.preventDefault();
    });
  }

  return {
    host,
    show(nextSubject, nextRun, nextThere) {
      const isOther = subject !== nextSubject;
      if (!isOther && run === nextRun && there === nextThere) return;
      if (isOther || nextRun) problem = undefined;
      subject = nextSubject;
      run = nextRun;
      there = nextThere;
      draw();
      if (isOther) choices?.read();
    },
  };
}

type Reading = { begin(element: Element): void; isUnderWay(element: Element): boolean };

type Parts = [button: HTMLElement, label: HTMLElement, detail: HTMLElement, line: HTMLElement, region: HTMLElement];

/** Returns whether it is another text than before. Writing the same one again would cost the page a layout. */
function setText(element: Element, text: string): boolean {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}
