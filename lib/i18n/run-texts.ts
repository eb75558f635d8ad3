import { i18n } from '#i18n';
import { isLoopback } from '../hive/address.ts';
import type { Phase } from '../hive/narration.ts';
import type { choiceReasons, Note, Run, RunState, Step, StepName } from '../runs/run.ts';

type Text = () => string;

export const stateTexts: Record<RunState, Text> = {
  queued: () => i18n.t('state.queued'),
  offline: () => i18n.t('state.offline'),
  resolving: () => i18n.t('state.resolving'),
  choose: () => i18n.t('state.choose'),
  downloading: () => i18n.t('state.downloading'),
  installing: () => i18n.t('state.installing'),
  starting: () => i18n.t('state.starting'),
  cancelling: () => i18n.t('state.cancelling'),
  running: () => i18n.t('state.running'),
  installed: () => i18n.t('state.installed'),
  stopped: () => i18n.t('state.stopped'),
  failed: () => i18n.t('state.failed'),
  cancelled: () => i18n.t('state.cancelled'),
};

/** One sentence about the state. `host` is the hive's. */
export const stateSentences: Record<RunState, (host: string) => string> = {
  queued: () => i18n.t('status.queued'),
  offline: (host) => i18n.t('status.offline', { host }),
  resolving: () => i18n.t('status.resolving'),
  choose: () => i18n.t('status.choose'),
  downloading: () => i18n.t('status.downloading'),
  installing: () => i18n.t('status.installing'),
  starting: () => i18n.t('status.starting'),
  cancelling: () => i18n.t('status.cancelling'),
  running: () => i18n.t('status.running'),
  installed: () => i18n.t('status.installed'),
  stopped: () => i18n.t('status.stopped'),
  failed: () => i18n.t('status.failed'),
  cancelled: () => i18n.t('status.cancelled'),
};

export const stepTexts: Record<StepName, Text> = {
  resolve: () => i18n.t('step.resolve'),
  download: () => i18n.t('step.download'),
  install: () => i18n.t('step.install'),
  spawn: () => i18n.t('step.spawn'),
};

export const stepStateTexts: Record<Step['state'], Text> = {
  pending: () => i18n.t('step_state.pending'),
  active: () => i18n.t('step_state.active'),
  done: () => i18n.t('step_state.done'),
  failed: () => i18n.t('step_state.failed'),
  cancelled: () => i18n.t('step_state.cancelled'),
  skipped: () => i18n.t('step_state.skipped'),
};

export const phaseTexts: Record<Phase, Text> = {
  submitting: () => i18n.t('phase.submitting'),
  searching: () => i18n.t('phase.searching'),
  downloading: () => i18n.t('phase.downloading'),
  copying: () => i18n.t('phase.copying'),
  confirming: () => i18n.t('phase.confirming'),
  fetching: () => i18n.t('phase.fetching'),
  cloning: () => i18n.t('phase.cloning'),
  building: () => i18n.t('phase.building'),
  packaging: () => i18n.t('phase.packaging'),
  spawning: () => i18n.t('phase.spawning'),
  health: () => i18n.t('phase.health'),
  loading: () => i18n.t('phase.loading'),
};

export const noteTexts: Record<Note, Text> = {
  'already-there': () => i18n.t('note.already_there'),
  'finished-first': () => i18n.t('note.finished_first'),
  'process-may-remain': () => i18n.t('note.process_may_remain'),
  'sent-again': () => i18n.t('note.sent_again'),
  'size-unknown': () => i18n.t('note.size_unknown'),
  tight: () => i18n.t('note.tight'),
  'found-after-loss': () => i18n.t('note.found_after_loss'),
};

export const choiceTexts: Record<(typeof choiceReasons)[number], Text> = {
  'no-fit': () => i18n.t('choice.no_fit'),
  derivatives: () => i18n.t('choice.derivatives'),
  install: () => i18n.t('choice.install'),
  'start-worker': () => i18n.t('choice.start_worker'),
};

export const lostTexts: Record<StepName, Text> = {
  resolve: () => i18n.t('lost.resolve'),
  download: () => i18n.t('lost.download'),
  install: () => i18n.t('lost.install'),
  spawn: () => i18n.t('lost.spawn'),
};

/** What a button shows after its label, where a click would cancel. */
export const detailTexts: Partial<Record<RunState, Text>> = {
  queued: () => i18n.t('button.queued'),
  offline: () => i18n.t('button.offline'),
  resolving: () => i18n.t('button.resolving'),
  downloading: () => i18n.t('button.downloading'),
  installing: () => i18n.t('button.installing'),
  starting: () => i18n.t('button.starting'),
};

/** What is known about a step whose live log was lost; undefined while it is live. `hive` is its address. */
export function lostText(step: Step, hive: string): string | undefined {
  if (step.state !== 'active' || step.job?.state !== 'lost') return undefined;
  if (step.job.downAt === undefined) {
    // On another machine a refused connection may be caused by the network, so it does not prove a restart.
    if (step.name === 'download' && !isLoopback(hive)) return i18n.t('lost.download_elsewhere');
    return lostTexts[step.name]();
  }
  return step.name === 'download' ? i18n.t('lost.down') : i18n.t('lost.down_other');
}

/** The state, or the phase of the active step if that is more specific. */
export function stateText(run: Run): string {
  const step = run.steps.find(({ state }) => state === 'active');
  const phase = step?.job?.state !== 'lost' ? step?.progress?.phase : undefined;
  const busy = run.state === 'downloading' || run.state === 'installing' || run.state === 'starting';
  return busy && phase ? phaseTexts[phase]() : stateTexts[run.state]();
}
