import { i18n } from '#i18n';
import { errorTitle } from '../../lib/i18n/error-titles.ts';
import { formatBytes, formatDuration, formatPercent } from '../../lib/i18n/format.ts';
import { toKey } from '../../lib/i18n/keys.ts';
import { once, toSentence } from '../../lib/i18n/language.ts';
import { choiceText } from '../../lib/i18n/run-texts.ts';
import type { PageRun, Summary, SummaryReason } from '../../lib/messages/contract.ts';
import { longestLockWaitMs } from '../../lib/runs/retry-countdown.ts';
import type { RunState } from '../../lib/runs/run.ts';
import { stallAfterMs } from '../ui/progress.ts';

/** What a click does. `link` follows the view's link. */
export type ButtonAction = 'start' | 'cancel' | 'open' | 'retry' | 'choose' | 'link';

export type ButtonState = RunState | 'idle' | 'unsupported';

/** What the button for a subject says and does. */
export type ButtonView = {
  /** `data-state`. */
  state: ButtonState;
  /** Absent if the button is disabled. */
  action?: ButtonAction;
  /** Visible, and the start of the accessible name. */
  label: string;
  /** Shown after the label where there is room. Not part of the name, because it changes often. */
  detail?: string;
  /** Sentences. */
  description: string[];
  /** Whether the description is shown below the button. */
  prominent?: boolean;
  /** 0 to 100. */
  percent?: number;
  link?: { label: string; url: string };
  /** When this view becomes outdated without any event, in ms since the epoch. */
  until?: number;
};

/** What is known of a subject. */
export type ButtonFacts = {
  subject: string;
  run?: PageRun | undefined;
  summary?: Summary | undefined;
  /** A file of the model is on a hive. */
  downloaded?: boolean;
  /** In ms since the epoch. */
  now: number;
};

const actions: Record<RunState, Exclude<ButtonAction, 'link'> | undefined> = {
  queued: 'cancel',
  offline: 'cancel',
  resolving: 'cancel',
  downloading: 'cancel',
  installing: 'cancel',
  starting: 'cancel',
  cancelling: undefined,
  running: 'open',
  installed: 'open',
  stopped: 'retry',
  failed: 'retry',
  cancelled: 'retry',
  choose: 'choose',
};

type InProgress = 'queued' | 'offline' | 'resolving' | 'downloading' | 'installing' | 'starting';
const isInProgress = (state: RunState): state is InProgress => actions[state] === 'cancel';

/** What the user has to know now and cannot see on the button. */
const prominentStates: ReadonlySet<string> = new Set(['offline', 'installing', 'failed', 'choose']);

/** Reasons that are only part of the accessible description. */
const quietReasons: ReadonlySet<SummaryReason> = new Set(['installed', 'unlisted']);

/** Failures that another attempt at the same model cannot mend. */
const finalFailures: ReadonlySet<string> = new Set([
  'no-gguf',
  'unsupported-source',
  'model-unsupported',
  'repo-disabled',
]);

const startLabel = once(() => i18n.t('run.start'));
const startsModel = once(() => i18n.t('button.idle_model'));

export function buttonView(facts: ButtonFacts): ButtonView {
  const { subject, run } = facts;
  if (subject.startsWith('civitai:')) return unsupported(['civitai']);
  return run ? viewOfRun(run, facts) : viewBeforeRun(facts);
}

function viewBeforeRun({ subject, summary, downloaded }: ButtonFacts): ButtonView {
  const isWorker = subject.startsWith('worker:');
  const { state = 'idle', reasons = [] } = summary ?? {};
  const texts = reasons.map((reason) => i18n.t(`note.${toKey(reason)}`));
  const prominent = reasons.some((reason) => !quietReasons.has(reason));
  const link = linkOf(summary);
  if (state === 'unsupported') return { ...unsupported(reasons), ...link };
  if (state === 'choose')
    return { state, action: 'choose', label: i18n.t('run.choose'), description: texts, prominent, ...link };
  const usual = downloaded ? i18n.t('button.downloaded') : isWorker ? i18n.t('button.idle_worker') : startsModel();
  const detail = detailOf(summary);
  return {
    state: 'idle',
    action: 'start',
    label: isWorker ? i18n.t('button.install') : startLabel(),
    ...(detail && { detail }),
    description: [...texts, ...(reasons.includes('installed') ? [] : [usual])],
    prominent,
    ...link,
  };
}

function detailOf(summary: Summary | undefined): string | undefined {
  if (summary?.reasons.includes('installed')) return i18n.t('files.installed');
  const { file, backend } = summary ?? {};
  // Without line breaks, so that a size that does not fit is left out together with its unit.
  const size = file?.sizeBytes && formatBytes(file.sizeBytes, 0.1).replaceAll(' ', '\u00a0');
  if (file) return [file.label, size].filter(Boolean).join(' ·\u00a0');
  return backend && i18n.t(`backend.${backend}`);
}

const unsupported = (reasons: readonly SummaryReason[]): ButtonView => ({
  state: 'unsupported',
  label: i18n.t('button.unsupported'),
  description: reasons.map((reason) => i18n.t(`note.${toKey(reason)}`)),
  prominent: true,
});

function linkOf(summary: Summary | undefined): Pick<ButtonView, 'link'> {
  if (!summary?.link) return {};
  const isSearch = summary.state === 'unsupported';
  const label = isSearch ? i18n.t('next.search_hub') : i18n.t('offer.accept');
  return { link: { label, url: summary.link } };
}

function viewOfRun(run: PageRun, { summary, now }: ButtonFacts): ButtonView {
  const { state, failure } = run;
  const action = actions[state];
  const view: ButtonView = {
    state,
    ...(action && { action }),
    label: labelOf(run),
    description: [state === 'offline' ? i18n.t('button.offline_description') : i18n.t(`status.${state}`)],
    prominent: prominentStates.has(state),
  };
  if (isInProgress(state)) Object.assign(view, progressOf(run, state, now));
  if (run.choice) view.description = [choiceText(run.choice)];
  if (failure) {
    view.description = [toSentence(errorTitle(failure.code))];
    // A licence can still be accepted after a download was refused.
    const isGated = summary?.reasons.includes('gated');
    Object.assign(view, failure.link && !isGated ? { link: failure.link } : linkOf(summary));
    if (view.link && finalFailures.has(failure.code)) Object.assign(view, { action: 'link', label: view.link.label });
  }
  if (run.lost) view.description.push(lostText(run));
  const waitMs = (run.retryAt ?? 0) - now;
  // A longer wait comes from a clock that was set back.
  const waits = waitMs > 0 && waitMs <= longestLockWaitMs;
  if (waits && view.action === 'retry') {
    delete view.action;
    view.label = i18n.t('run.retry_in', { time: formatDuration(Math.ceil(waitMs / 1000) * 1000) });
    view.until = now + (waitMs % 1000 || 1000);
  }
  if (waits && action === 'cancel') {
    // In steps of 5 s, so that screen readers are not told every second.
    view.description.push(i18n.t('run.retries_in', { time: formatDuration(Math.ceil(waitMs / 5_000) * 5_000) }));
    view.until = now + (waitMs % 5_000 || 5_000);
  }
  for (const note of run.notes) view.description.push(i18n.t(`note.${toKey(note)}`));
  return view;
}

function labelOf({ state, choice }: PageRun): string {
  if (choice === 'install' || choice === 'start-worker') return i18n.t('button.continue');
  if (state === 'stopped') return startLabel();
  const action = actions[state];
  return action ? i18n.t(`run.${action}`) : i18n.t('run.cancelling');
}

function lostText({ lost, step = 'download' }: PageRun): string {
  if (lost === 'unknown') return i18n.t(`lost.${step}`);
  return step === 'download' ? i18n.t('lost.offline') : i18n.t('lost.offline_other');
}

function progressOf({ progress, lost }: PageRun, state: InProgress, now: number): Partial<ButtonView> {
  const { phase, percent, changedAt = now } = progress ?? {};
  const named = { detail: i18n.t(`button.${state}`) };
  if (!phase || lost) return named;
  if (state !== 'downloading' || percent === undefined)
    return { ...named, description: [toSentence(i18n.t(`phase.${phase}`))] };
  const shown = { percent: formatPercent(percent) };
  const view = { detail: i18n.t('button.downloading_percent', shown), percent };
  // Phases that are silent by nature are named instead.
  if (phase !== 'downloading') return { ...view, description: [toSentence(i18n.t(`phase.${phase}`))] };
  const stalledAt = changedAt + stallAfterMs;
  const description = [i18n.t('button.downloading_description', shown)];
  if (stalledAt > now) return { ...view, description, until: stalledAt };
  if (percent < 100) description.push(i18n.t('progress.stalled', { time: formatDuration(stallAfterMs) }));
  return { ...view, description };
}
