import { create } from '../../lib/marketplace/dom.ts';
import type { Run } from '../../lib/runs/run.ts';
import { type ButtonAction, type ButtonView, buttonView, type Words } from '../../lib/words/button.ts';
import { say } from '../../lib/words/say.ts';
import { applyLook } from './look.ts';

/** Nobody reads a label and decides in less; a second click of a double click comes sooner. */
const readingMs = 500;

const icons: Record<ButtonAction, string> = {
  start: 'M6 4l13 8-13 8z',
  retry: 'M4 12a8 8 0 1 0 3-6.2L4 8M4 3v5h5',
  cancel: 'M6 6h12v12H6z',
  open: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  choose: 'M4 6h16M4 12h16M4 18h10',
};
const busyIcon = 'M12 3a9 9 0 1 0 9 9';

/** One click: what was shown when it began, and what the page offers now. */
export type Click = { action: ButtonAction; run: Run | undefined };

type Options = {
  page: Document;
  /** A small one on a card, with the subject in its name: there are many of them. */
  compact: boolean;
  /** Carries a click out. What it throws with a code is shown. */
  act(click: Click): Promise<Run | undefined>;
  /** Says something to a screen reader, in its own time. */
  announce(region: HTMLElement, text: string): void;
};

export type RunButton = { host: HTMLElement; show(subject: string, run: Run | undefined): void };

/** `<rbee-run>`: draws what `buttonView` says, and decides which clicks count. */
export function createRunButton({ page, compact, act, announce }: Options): RunButton {
  const element = (tag: keyof HTMLElementTagNameMap, className: string, ...children: Element[]) => {
    const made = create(page, tag);
    made.className = className;
    made.append(...children);
    return made;
  };
  const bar = element('span', 'bar');
  const icon = page.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = page.createElementNS('http://www.w3.org/2000/svg', 'path');
  const label = element('span', 'label');
  const owner = element('span', 'unseen');
  const detail = element('span', 'detail');
  const button = element('button', '', bar, icon, label, owner, detail);
  const line = element('p', 'line');
  const region = element('p', 'unseen');
  const host = create(page, 'rbee-run');
  icon.setAttribute('viewBox', '0 0 24 24');
  icon.append(path);
  for (const hidden of [bar, icon, detail]) hidden.ariaHidden = 'true';
  button.setAttribute('type', 'button');
  button.setAttribute('aria-describedby', (line.id = 'more'));
  region.role = 'status';
  region.ariaLive = 'polite';
  if (compact) host.dataset.variant = 'compact';
  const root = host.attachShadow({ mode: 'open' });
  applyLook(root);
  root.append(element('div', 'row', button), line, region);

  let subject = '';
  let run: Run | undefined;
  let view: ButtonView | undefined;
  let problem: Words | undefined;
  let busy = false;
  let shownAt = 0;
  let pressed: Click | null | undefined;
  let spoken = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  function draw(): void {
    clearTimeout(timer);
    const now = Date.now();
    const next = buttonView(subject, run, now);
    if (problem) {
      next.description = [problem];
      next.telling = true;
      if (next.action === 'start') Object.assign(next, { state: 'failed', label: ['run.retry'] });
    }
    const before = label.textContent;
    host.dataset.subject = run?.subject ?? subject;
    host.dataset.state = next.state;
    setText(label, say(next.label));
    setText(detail, next.detail && !busy ? say(next.detail) : '');
    setText(owner, compact ? `, ${subject.replace(/^\w+:/, '')}` : '');
    setText(line, (busy ? [['button.asking'] as const] : next.description).map(say).join(' '));
    line.classList.toggle('shown', !compact && Boolean(next.telling));
    button.title = compact ? (line.textContent ?? '') : '';
    button.ariaDisabled = next.action ? null : 'true';
    button.ariaBusy = busy ? 'true' : null;
    button.className = `${busy ? 'busy ' : ''}${next.action === 'start' || next.action === 'retry' || !next.action ? '' : 'quiet '}`;
    path.setAttribute('d', busy ? busyIcon : icons[next.action ?? view?.action ?? 'cancel']);
    bar.style.transform = `scaleX(${(next.percent ?? 0) / 100})`;
    if (label.textContent !== before) startReading();
    tell(next);
    view = next;
    if (next.until) timer = setTimeout(() => host.isConnected && draw(), Math.max(next.until - now, 250));
  }
}
