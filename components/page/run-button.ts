import { create } from '../../lib/marketplace/dom.ts';
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
  choose: 'M4 6h16M4 12h16M4 18h10',
};
const busyIcon = 'M12 3a9 9 0 1 0 9 9';

const parts =
  '<div class="row"><button type="button" aria-describedby="more"><span class="bar"></span>' +
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path/></svg><span class="label"></span><span class="unseen"></span>' +
  '<span class="detail" aria-hidden="true"></span></button></div><p class="line" id="more"></p>' +
  '<p class="unseen" role="status" aria-live="polite"></p>';

/** What a click asks for, of the run that was shown when it began. */
export type Click = { action: ButtonAction; run: Run | undefined };

type Options = {
  page: Document;
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
export function createRunButtons({ page, explain, announce }: Options): (button: Button) => RunButton {
  const applyLook = createLook(page);
  const template = create(page, 'template') as HTMLTemplateElement;
  template.innerHTML = parts;
  return (button) => {
    const host = create(page, 'rbee-run');
    const root = host.attachShadow({ mode: 'open' });
    applyLook(root);
    root.append(template.content.cloneNode(true));
    return connect(host, root, button, explain, announce);
  };
}

/** Draws what `buttonView` says, and decides which clicks count. */
function connect(
  host: HTMLElement,
  root: ShadowRoot,
  { compact, act }: Button,
  explain: Options['explain'],
  announce: Options['announce'],
): RunButton {
  const [button, bar, path, label, owner, detail, line, region] = (
    ['button', '.bar', 'path', '.label', '.unseen', '.detail', '.line', '[role]'] as const
  ).map((part) => root.querySelector(part)) as Parts;
  if (compact) host.dataset.variant = 'compact';

  let subject = '';
  let run: Run | undefined;
  let view: ButtonView | undefined;
  let problem: Words | undefined;
  let busy = false;
  let shownAt = 0;
  let pressed: (Click & { early: boolean }) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function draw(): void {
    clearTimeout(timer);
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
    setText(owner, compact ? subject.replace(/^\w+:/, '') : '');
    const isOther = setText(line, (busy ? [['button.asking'] as Words] : view.description).map(say).join(' '));
    line.classList.toggle('shown', !compact && Boolean(view.telling));
    if (compact) button.title = line.textContent ?? '';
    button.ariaDisabled = action ? null : 'true';
    button.ariaBusy = busy ? 'true' : null;
    button.classList.toggle('busy', busy);
    button.classList.toggle('quiet', Boolean(action) && action !== 'start' && action !== 'retry');
    path.setAttribute('d', busy ? busyIcon : action ? icons[action] : '');
    bar.style.transform = `scaleX(${(percent ?? 0) / 100})`;
    if (isNew) rest();
    if (isOther && before && state !== 'idle') announce(region, `${say(view.label)}. ${line.textContent}`);
    if (until) timer = setTimeout(() => host.isConnected && draw(), Math.max(until - now, 250));
  }

  /** A new label has to be read first: until then a press is nobody's decision, and does not reach the button at all. */
  function rest(): void {
    shownAt = performance.now();
    button.classList.add('new');
    setTimeout(() => button.classList.toggle('new', performance.now() - shownAt < readingMs), readingMs);
  }

  const press = (repeated: boolean) => {
    pressed = view?.action
      ? { action: view.action, run, early: repeated || performance.now() - shownAt < readingMs }
      : undefined;
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
  for (const type of ['pointerdown', 'mousedown', 'keydown', 'keyup', 'click', 'auxclick', 'dblclick']) {
    host.addEventListener(type, (event) => {
      if (!compact) return;
      event.stopPropagation();
      if (/click/.test(type)) event.preventDefault();
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

type Parts = [
  button: HTMLElement,
  bar: HTMLElement,
  path: HTMLElement,
  label: HTMLElement,
  owner: HTMLElement,
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
