import { i18n } from '#i18n';
import { isLoopback } from '../hive/address.ts';
import type { Run, RunState, Step } from '../runs/run.ts';

/** One sentence about the state. `host` is the hive's. */
export const stateSentence = (state: RunState, host: string): string =>
  state === 'offline' ? i18n.t('status.offline', { host }) : i18n.t(`status.${state}`);

/** What is known about a step whose live log was lost; undefined while it is live. `hive` is its address. */
export function lostText(step: Step, hive: string): string | undefined {
  if (step.state !== 'active' || step.job?.state !== 'lost') return undefined;
  if (step.job.offlineAt === undefined) {
    // On another machine a refused connection may be caused by the network, so it does not prove a restart.
    if (step.name === 'download' && !isLoopback(hive)) return i18n.t('lost.download_elsewhere');
    return i18n.t(`lost.${step.name}`);
  }
  return step.name === 'download' ? i18n.t('lost.offline') : i18n.t('lost.offline_other');
}

/** The state, or the phase of the active step if that is more specific. */
export function stateText(run: Run): string {
  const step = run.steps.find(({ state }) => state === 'active');
  const phase = step?.job?.state !== 'lost' ? step?.progress?.phase : undefined;
  const busy = run.state === 'downloading' || run.state === 'installing' || run.state === 'starting';
  return busy && phase ? i18n.t(`phase.${phase}`) : i18n.t(`state.${run.state}`);
}
