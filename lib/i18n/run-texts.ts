import { i18n } from '#i18n';
import { isLoopback } from '../hive/address.ts';
import type { Run, Step } from '../runs/run.ts';
import { toKey } from './keys.ts';

/** What the user has to decide or do. */
export const choiceText = (choice: NonNullable<Run['choice']>): string =>
  choice === 'no-fit' || choice === 'derivatives' ? i18n.t(`note.${toKey(choice)}`) : i18n.t(`choice.${toKey(choice)}`);

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
