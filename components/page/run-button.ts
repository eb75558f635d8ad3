import type { Run } from '../../lib/runs/run.ts';
import { type ButtonAction, type ButtonView, buttonView, type Words } from '../../lib/words/button.ts';
import { say } from '../../lib/words/say.ts';
import { createLook } from './look.ts';

/** Nobody reads a label and decides in less; a second click of a double click comes sooner. */
const readingMs = 500;

const icons: Record<ButtonAction, string> = {
  start: 'M7 4.5v15l12-7.5z',
  retry: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 3.5v5h5',
  cancel: 'M6 6h12v12H6z',
  open: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  choose: 'M4 6h16M4 12h16M4 18h16',
};

const parts =
  '<button type="button" aria-describedby="more"><svg viewBox="0 0 24 24" aria-hidden="true"><path/></svg>' +
  '<span class="label"></span><span class="detail" aria-hidden="true"></span></button>' +
  '<p class="line" id="more"></p><p role="status" aria-live="polite"></p>';

/** What a click asks for, of the run that was shown when it began. */
export type Click = { action: ButtonAction; run: Run | undefined };

type Options = {
  page: Document;
  /** Whether the extension still is: without it there are no words to draw with. */
  isAlive(): boolean;
  /** What a person reads about something that `act` threw. */
  explain(error: unknown): Words;
  /** Says something to a screen reader, in its own time. */
  announce(region: Element, text: string): void;
};

type Button = {
  /** A small one on a card, with the subject in its name: there are many of them. */
  compact: boolean;
  /** Carries a click out and returns the run as it is then. What it throws is shown. */
  act(click: Click): Promise<Run | undefined>;
};

export type RunButton = { host: HTMLElement; show(subject: string, run: Run | undefined): void };

/** Returns a function that makes an `<rbee-run>`. */
export function createRunButtons(options: Options): (button: Button) => RunButton {
  const { page } = options;
  const applyLook = createLook(page);
  const template = page.createElement('template');
  template.innerHTML = parts;
  const reading = createReading();
  return (button) => {
    const host = page.createElement('rbee-run');
    const root = host.attachShadow({ mode: 'open' });
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
  { compact, act, isAlive, explain, announce, reading }: Button & Options & { reading: Reading },
): RunButton {
  const [button, path, label, detail, line, region] = (
    ['button', 'path', '.label', '.detail', '.line', '[role]'] as const
  ).map((part) => root.querySelector(part)) as Parts;
  if (compact) host.dataset.variant = 'compact';

  let subject = '';
  let run: Run | undefined;
  let view: ButtonView | undefined;
  let problem: Words | undefined;
  let busy = false;
  let pressed: (Click & { early: boolean }) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function draw(): void {
    clearTimeout(timer);
    if (!isAlive()) return;
    const now = Date.now();
    const before = view;
    view = buttonView(subject, run, now);
    if (problem) {
      view.description = [problem];
      view.telling = true;
      if (view.action === 'start') Object.assign(view, { state: 'failed', label: ['run.retry'] });
    }
    const { action, state, percent, until } = view;
    host.dataset.subject = run?.subject ?? subject;
    host.dataset.state = state;
    const isNew = setText(label, say(view.label));
    setText(detail, view.detail ? say(view.detail) : '');
    const told = (busy ? [['button.asking'] as Words] : view.description).map((words) =>
      say(words).replace(/\w$/, '$&.'),
    );
    const isOther = setText(line, told.join(' '));
    const isShown = line.classList.toggle('shown', !compact && Boolean(view.telling));
    button.title = isShown ? '' : told.join(' ');
    if (compact) button.ariaLabel = `${label.textContent} ${subject.replace(/^\w+:/, '')}`;
    button.ariaDisabled = action ? null : 'true';
    button.classList.toggle('busy', busy);
    button.classList.toggle('quiet', Boolean(action) && action !== 'start' && action !== 'retry');
    path.setAttribute('d', action ? icons[action] : '');
    button.style.setProperty('--rbee-done', `${percent ?? 0}%`);
    if (isNew) reading.begin(button);
    if (isOther && before && state !== 'idle') announce(region, `${say(view.label)}. ${line.textContent}`);
    if (until) timer = setTimeout(() => host.isConnected && draw(), Math.max(until - now, 250));
  }

  const press = (repeated: boolean) => {
    pressed = view?.action ? { action: view.action, run, early: repeated || reading.isUnderWay(button) } : undefined;
  };
  button.addEventListener('pointerdown', () => press(false));
  button.addEventListener('keydown', (event) => press(event.repeat));
  button.addEventListener('click', (event) => {
    // A screen reader may click without a press.
    if (!pressed) press(false);
    const click = pressed;
    pressed = undefined;
    if (event.isTrusted && click && !click.early && !busy) void carryOut(click);
  });

  async function carryOut(click: Click): Promise<void> {
    busy = true;
    problem = undefined;
    draw();
    try {
      run = (await act(click)) ?? run;
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
    show(nextSubject, nextRun) {
      if (view && subject === nextSubject && run === nextRun) return;
      if (subject !== nextSubject || nextRun) problem = undefined;
      subject = nextSubject;
      run = nextRun;
      draw();
    },
  };
}

type Reading = { begin(element: Element): void; isUnderWay(element: Element): boolean };

type Parts = [
  button: HTMLElement,
  path: HTMLElement,
  label: HTMLElement,
  detail: HTMLElement,
  line: HTMLElement,
  region: HTMLElement,
];

/** Returns whether it is another text than before. Writing the same one again would cost the page a layout. */
function setText(element: Element, text: string): boolean {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}
