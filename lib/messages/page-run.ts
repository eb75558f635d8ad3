import { defined } from '../defined.ts';
import { hubLinks } from '../i18n/hub-links.ts';
import { isSameSubject, latestFirst, runsWithoutModel } from '../runs/create-run.ts';
import type { Run } from '../runs/run.ts';
import { activeStep } from '../runs/steps.ts';
import type { PageRun } from './contract.ts';

/** The newest run for each of a page's subjects, reduced to what a page may know. Linear in runs and subjects. */
export function pageRuns(runs: readonly Run[], subjects: readonly string[]): PageRun[] {
  const wanted = new Set(subjects);
  const found = new Map<string, Run>();
  for (const run of runs.toSorted(latestFirst)) {
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
  const lost = step?.job?.state === 'lost' ? step.job : undefined;
  return {
    id,
    pageSubject,
    subject,
    state,
    ...defined({
      step: step?.name,
      progress: step?.progress,
      lost: lost && (lost.offlineAt === undefined ? ('unknown' as const) : ('restarted' as const)),
      failure: state === 'failed' ? failureOf(run) : undefined,
      choice: state === 'choose' ? choice : undefined,
      retryAt,
    }),
    notes,
    withoutModel: runsWithoutModel(run),
  };
}

/** With links to the hub only. Other next steps contain addresses or paths: the popup shows them. */
function failureOf(run: Run): PageRun['failure'] {
  const code = run.failure?.code;
  return code && { code, ...defined({ link: hubLinks[code]?.(run) }) };
}
