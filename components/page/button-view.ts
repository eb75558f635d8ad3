import { i18n } from '#i18n';
import { errorTitles } from '../../lib/i18n/error-texts.ts';
import { formatDuration, formatPercent } from '../../lib/i18n/format.ts';
import {
  choiceTexts,
  detailTexts,
  lostTexts,
  noteTexts,
  phaseTexts,
  stateSentences,
} from '../../lib/i18n/run-texts.ts';
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
  label: string;
  /** Shown after the label where there is room. Not part of the name: it changes all the time. */
  detail?: string | undefined;
  /** What else is known, sentence by sentence. */
  description: string[];
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
const actionTexts: Record<ButtonAction | 'none', () => string> = {
  start: () => i18n.t('run.start'),
  cancel: () => i18n.t('run.cancel'),
  open: () => i18n.t('run.open'),
  retry: () => i18n.t('run.retry'),
  choose: () => i18n.t('run.choose'),
  none: () => i18n.t('run.cancelling'),
};
/** What a person has to know now, and cannot see on the button. */
const telling: ReadonlySet<string> = new Set(['offline', 'installing', 'running', 'failed', 'choose']);

/** What the button for a subject says and does. `run` is the newest one for the subject, `now` is in ms since the epoch. */
export function buttonView(subject: string, run: Run | undefined, now: number): ButtonView {
  const worker = subject.startsWith('worker:');
  // A worker's run of several steps starts it, without a model.
  const start = worker && !run?.steps[1] ? i18n.t('button.install') : i18n.t('run.start');
  if (subject.startsWith('civitai:'))
    return {
      state: 'unsupported',
      action: null,
      label: i18n.t('button.unsupported'),
      description: [i18n.t('button.no_civitai')],
      telling: true,
    };
  // A record of another version may name a state that is unknown here.
  const action = run && actions[run.state];
  if (!run || action === undefined)
    return {
      state: 'idle',
      action: 'start',
      label: start,
      description: [worker ? i18n.t('button.idle_worker') : i18n.t('button.idle_model')],
    };

  const { state, failure, choice } = run;
  const step = run.steps.find((one) => one?.state === 'active');
  const { percent, phase, changedAt } = step?.progress ?? {};
  const lost = step?.job?.state === 'lost' ? step.job : undefined;
  const view: ButtonView = {
    state,
    action,
    label: state === 'stopped' ? start : actionTexts[action ?? 'none'](),
    description: [stateSentences[state](run.hive.replace(/^.*\/\//, ''))],
    telling: telling.has(state),
  };
  const describe = (text: string | undefined) => {
    if (text) view.description = [text];
  };
  const add = (text: string | undefined) => {
    if (text) view.description.push(text);
  };

  if (action === 'cancel') view.detail = detailTexts[state]?.();
  if (state === 'downloading' && typeof percent === 'number' && !lost) {
    const shown = { percent: formatPercent(percent) };
    view.percent = percent;
    view.detail = i18n.t('button.downloading_percent', shown);
    // What is silent by nature is named instead.
    const isQuiet = phase !== 'downloading';
    describe(isQuiet ? phase && phaseTexts[phase]?.() : i18n.t('button.downloading_description', shown));
    const stalledAt = numberOr(changedAt, now) + stallAfterMs;
    if (stalledAt > now) view.until = stalledAt;
    else if (!isQuiet && percent < 100)
      view.description.push(i18n.t('progress.stalled', { time: formatDuration(stallAfterMs) }));
  } else if (phase && !lost && action === 'cancel') describe(phaseTexts[phase]?.());
  else if (state === 'failed' && failure) describe(errorTitles[failure.code]?.());
  else if (state === 'choose' && choice) describe(choiceTexts[choice]?.());
  else if (state === 'running' && run.worker) describe(i18n.t('button.running', { address: text(run.worker.address) }));
  if (lost) {
    add(lost.downAt !== undefined ? i18n.t('lost.down') : step && lostTexts[step.name]?.());
  }

  const waitMs = retryWaitMs(run, now);
  const waitSeconds = Math.ceil(waitMs / 1000);
  if (action === 'retry' && waitSeconds > 0) {
    view.action = null;
    view.label = i18n.t('run.retry_in', { time: formatDuration(waitSeconds * 1000) });
    view.until = now + waitMs - (waitSeconds - 1) * 1000;
  }
  for (const note of [run.notes ?? []].flat()) add(noteTexts[note]?.());
  return view;
}

/** As `numberOr`, for texts. */
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
