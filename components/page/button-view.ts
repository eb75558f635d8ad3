import type { Words } from '../../lib/i18n/say.ts';
import { numberOr, retryWaitMs } from '../../lib/runs/retry-wait.ts';
import type { Run, RunState } from '../../lib/runs/run.ts';
import { stallAfterMs } from '../ui/progress.ts';

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

/** What a click does. */
const actions: Record<RunState, ButtonAction | null> = {
  queued: 'cancel',
  offline: 'cancel',
  resolving: 'cancel',
  downloading: 'cancel',
  installing: 'cancel',
  starting: 'cancel',
  cancelling: null,
  running: 'open',
  installed: 'open',
  stopped: 'retry',
  failed: 'retry',
  cancelled: 'retry',
  choose: 'choose',
};
/** What a person has to know now, and cannot see on the button. */
const telling: ReadonlySet<string> = new Set(['offline', 'installing', 'running', 'failed', 'choose']);

/** What the button for a subject says and does. `run` is the newest one for the subject, `now` is in ms since the epoch. */
export function buttonView(subject: string, run: Run | undefined, now: number): ButtonView {
  const worker = subject.startsWith('worker:');
  // A worker's run of several steps starts it, without a model.
  const start = worker && !run?.steps[1] ? 'button.install' : 'run.start';
  if (subject.startsWith('civitai:')) {
    const [label, description] = [['button.unsupported'], [['button.no_civitai']]] as [Words, Words[]];
    return { state: 'unsupported', action: null, label, description, telling: true };
  }
  // A record of another version may name a state that is unknown here.
  const action = run && actions[run.state];
  if (!run || action === undefined)
    return {
      state: 'idle',
      action: 'start',
      label: [start],
      description: [[worker ? 'button.idle_worker' : 'button.idle_model']],
    };

  const { state, failure, choice } = run;
  const step = run.steps.find((one) => one?.state === 'active');
  const { percent, phase, changedAt } = step?.progress ?? {};
  const lost = step?.job?.lostAt !== undefined;
  const view: ButtonView = {
    state,
    action,
    label: [state === 'stopped' ? start : `run.${action ?? state}`],
    description: [[`told.${state}`, { host: run.hive.replace(/^.*\/\//, '') }]],
    telling: telling.has(state),
  };
  const say = (...words: Words) => {
    view.description = [words];
  };

  if (action === 'cancel') view.detail = [`button.${state}`];
  if (state === 'downloading' && typeof percent === 'number' && !lost) {
    const shown = { percent: String(Math.floor(percent)) };
    view.percent = percent;
    view.detail = ['button.percent', shown];
    // What is silent by nature is named instead.
    const isQuiet = phase !== 'downloading';
    say(isQuiet ? `phase.${text(phase)}` : 'button.told_percent', shown);
    const stalledAt = numberOr(changedAt, now) + stallAfterMs;
    if (stalledAt > now) view.until = stalledAt;
    else if (!isQuiet && percent < 100) view.description.push(['button.stalled']);
  } else if (phase && !lost && action === 'cancel') say(`phase.${text(phase)}`);
  else if (state === 'failed' && failure) say(`error.${text(failure.code)}.title`);
  else if (state === 'choose' && choice) say(`choice.${text(choice)}`);
  else if (state === 'running' && run.worker) say('button.running', { address: text(run.worker.address) });
  if (lost) view.description.push([`lost.${step?.job?.downAt === undefined ? text(step?.name) : 'down'}`]);

  const waitMs = retryWaitMs(run, now);
  const wait = Math.ceil(waitMs / 1000);
  if (action === 'retry' && wait > 0) {
    view.action = null;
    view.label = ['run.retry_in', { time: ['time.seconds', { n: String(wait) }] }];
    view.until = now + waitMs - (wait - 1) * 1000;
  }
  for (const note of [run.notes ?? []].flat()) view.description.push([`note.${text(note)}`]);
  return view;
}

/** As `numberOr`, for texts. */
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
