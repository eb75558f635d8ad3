import type { Run, RunState } from '../runs/run.ts';
import { stallAfterMs } from './progress.ts';

/** A message of `lib/locales` and what goes into it: data, so that this file needs no browser. `say` makes it a text. */
export type Words = readonly [key: string, values?: Readonly<Record<string, string | Words>>];

/** What a click asks for. */
export type ButtonAction = 'start' | 'cancel' | 'open' | 'retry' | 'choose';

/** The one button that stands for a subject, the same in the page and in the popup. */
export type ButtonView = {
  /** The run's state, or `idle` and `unsupported`: what `data-state` says. */
  state: RunState | 'idle' | 'unsupported';
  /** What a click does; null where the button is disabled. */
  action: ButtonAction | null;
  /** Visible, and what the accessible name starts with. */
  label: Words;
  /** Shown after the label where there is room. Not part of the name: it changes all the time. */
  detail?: Words;
  /** What else is known, sentence by sentence. */
  description: Words[];
  /** Whether the description is worth its own line under the button. */
  telling?: boolean;
  /** 0–100 where the hive named one. */
  percent?: number;
  /** When this view stops being true by itself, in ms since the epoch. */
  until?: number;
};

const actions: Record<RunState, [action: ButtonAction | null, label: string]> = {
  queued: ['cancel', 'run.cancel'],
  offline: ['cancel', 'run.cancel'],
  resolving: ['cancel', 'run.cancel'],
  downloading: ['cancel', 'run.cancel'],
  installing: ['cancel', 'run.cancel'],
  starting: ['cancel', 'run.cancel'],
  cancelling: [null, 'run.cancelling'],
  running: ['open', 'button.open'],
  installed: ['open', 'button.open'],
  stopped: ['retry', 'run.start'],
  failed: ['retry', 'run.retry'],
  cancelled: ['retry', 'run.retry'],
  choose: ['choose', 'button.choose'],
};

/** What the button for a subject says and does. `run` is the newest one for the subject, `now` is in ms since the epoch. */
export function buttonView(subject: string, run: Run | undefined, now: number): ButtonView {
  const worker = subject.startsWith('worker:');
  if (subject.startsWith('civitai:')) {
    return {
      state: 'unsupported',
      action: null,
      label: ['button.unsupported'],
      description: [['button.no_civitai']],
      telling: true,
    };
  }
  // A record of another version may name a state that is unknown here.
  const known = run && actions[run.state];
  if (!run || !known) {
    return {
      state: 'idle',
      action: 'start',
      label: [worker ? 'button.install' : 'run.start'],
      description: [[worker ? 'button.idle_worker' : 'button.idle_model']],
    };
  }

  const [action, label] = known;
  const view: ButtonView = { state: run.state, action, label: [label], description: [] };
  if (run.state === 'stopped' && worker) view.label = ['button.install'];
  if (action === 'cancel' || action === null) describeActive(view, run, now);
  else describeRest(view, run, now);
  for (const note of run.notes ?? []) view.description.push([`note.${snake(note)}`]);
  return view;
}

function describeActive(view: ButtonView, run: Run, now: number): void {
  const step = run.steps.find(({ state }) => state === 'active');
  const { percent, phase, changedAt } = step?.progress ?? {};
  const lost = step?.job?.lostAt !== undefined;
  const isMoving = run.state === 'downloading' && percent !== undefined && !lost;

  if (isMoving) {
    const shown = String(Math.floor(percent));
    view.percent = percent;
    view.detail = ['button.percent', { percent: shown }];
    view.description = [['button.told_percent', { percent: shown }]];
    const stalledAt = (changedAt ?? now) + stallAfterMs;
    if (stalledAt > now) view.until = stalledAt;
    else if (percent < 100) view.description.push(['button.stalled']);
  } else {
    if (run.state !== 'cancelling') view.detail = [`button.${run.state}`];
    const busy = phase && !lost && /ing$/.test(run.state) && run.state !== 'cancelling';
    view.description = [[busy ? `phase.${phase}` : `state.${run.state}`]];
  }
  if (lost) view.description.push([`lost.${step?.job?.downAt === undefined ? step?.name : 'down'}`]);
}

function describeRest(view: ButtonView, run: Run, now: number): void {
  view.telling = run.state === 'failed' || run.state === 'choose';
  if (run.state === 'failed' && run.failure) {
    view.description = [[`error.${snake(run.failure.code)}.title`]];
  } else if (run.state === 'choose' && run.choice) {
    view.description = [[`choice.${snake(run.choice)}`]];
  } else if (run.state === 'running' && run.worker) {
    view.description = [['button.running', { address: run.worker.address }]];
  } else {
    view.description = [[`state.${run.state}`]];
  }
  const wait = Math.ceil(((run.retryAt ?? 0) - now) / 1000);
  if (view.action === 'retry' && wait > 0) {
    view.action = null;
    view.label = ['run.retry_in', { time: ['time.seconds', { n: String(wait) }] }];
    view.until = (run.retryAt ?? 0) - (wait - 1) * 1000;
  }
}

const snake = (text: string): string => text.replaceAll('-', '_');
