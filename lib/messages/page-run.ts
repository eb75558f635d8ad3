import type { ErrorCode } from '../errors.ts';
import { type HubLink, hubLinks } from '../i18n/hub-links.ts';
import { isBare, isSameSubject, latestFirst } from '../runs/create-run.ts';
import type { Run } from '../runs/run.ts';
import { activeStep } from '../runs/steps.ts';
import type { PageRun } from './contract.ts';

/** The newest run for each of a page's subjects, reduced to what a page may know. Linear in runs and subjects. */
export function pageRuns(runs: readonly Run[], subjects: readonly string[]): PageRun[] {
  if (subjects.length === 0) return [];
  const newestFirst = runs.toSorted(latestFirst);
  const wanted = new Set(subjects);
  const found = new Map<string, Run>();
  for (const run of newestFirst) {
    for (const subject of subjectsOf(run)) {
      if (wanted.has(subject) && !found.has(subject)) found.set(subject, run);
    }
  }
  return [...found].map(([pageSubject, run]) => toPageRun(run, pageSubject));
}

/** The subjects of pages that show this run: with its file, and the repository alone (see `isSameSubject`). */
function subjectsOf(run: Run): string[] {
  const repository = run.subject.replace(/^(hf:[^:]*):.*$/, '$1');
  const model = run.model ? [`hf:${run.model}`] : [];
  return [run.subject, repository, ...model].filter((subject) => isSameSubject(run, subject));
}

/** Reduces a run to what a page may know. */
export function toPageRun(run: Run, pageSubject: string): PageRun {
  const { id, subject, state, choice, notes = [] } = run;
  const step = activeStep(run);
  const retryAt = run.retryAt ?? (step?.job ? undefined : step?.retry?.at);
  const { phase, percent, changedAt } = step?.progress ?? {};
  const lost = step?.job?.state === 'lost' ? step.job : undefined;
  return {
    id,
    pageSubject,
    subject,
    state,
    ...(step && { step: step.name }),
    ...(phase &&
      changedAt !== undefined && { progress: { phase, ...(percent !== undefined && { percent }), changedAt } }),
    ...(lost && { lost: lost.downAt === undefined ? 'unknown' : 'restarted' }),
    ...(run.failure && state === 'failed' && { failure: { code: run.failure.code, ...linkOf(run.failure.code, run) } }),
    ...(choice && state === 'choose' && { choice }),
    ...(retryAt !== undefined && { retryAt }),
    notes,
    bare: isBare(run),
  };
}

/** Links to the hub only. Other next steps contain addresses or paths: the popup shows them. */
function linkOf(code: ErrorCode, run: Run): { link?: HubLink } {
  const link = hubLinks[code]?.(run);
  return link ? { link } : {};
}
