import { defined } from '../defined.ts';
import { RbeeError } from '../errors.ts';
import { largestDevice } from '../hub/best-hive.ts';
import { maxRows, nameFiles } from '../hub/file-names.ts';
import { fitOn } from '../hub/memory-fit.ts';
import { hiveModelId, type ModelFileEntry } from '../hub/model-files.ts';
import type { BackendChoice, Choices, FileChoice, FileMark, HiveChoice, Request, Start } from '../messages/contract.ts';
import { neverAborts } from '../never-aborts.ts';
import { selectBestHive } from '../runs/planner.ts';
import { parseSubject } from '../subject.ts';
import {
  createTimeLimit,
  type HiveQuery,
  readModelFacts,
  readWorkerFacts,
  type SubjectDeps,
  verifyInTime,
} from './subject-facts.ts';

const nothing: Choices = { reasons: [], hives: [], files: [], derivatives: [], backends: [] };

/**
 * Everything that can be started for a subject, on the asked hive or else where a click would go. Throws `message-rejected` if the text is
 * no subject, or the hive is not configured.
 */
export async function makeChoices(
  { subject: subjectText, hive: asked }: Request<'subject/choices'>,
  deps: SubjectDeps,
): Promise<Choices> {
  const { hives, settings } = deps;
  const subject = parseSubject(subjectText);
  if (!subject) throw new RbeeError('message-rejected', subjectText);
  const named = hives.known(asked === 'best-fit' ? undefined : asked);
  if (subject.kind === 'civitai') return { ...nothing, reasons: ['civitai'] };

  const inTime = createTimeLimit();
  const bestFit = hives.usesBestFit(asked);
  const best = bestFit ? await inTime(selectBestHive(subjectText, settings().backend, deps, neverAborts)) : undefined;
  const hive = best?.url ?? named ?? hives.defaultHive();
  const ask: HiveQuery = { hive, passive: false, inTime };
  const several = hives.named().length > 1;
  // A choice goes to the hive that the list was made for.
  const start: Start = { subject: subjectText, ...(several && { hive: bestFit && !best ? 'best-fit' : hive }) };
  const [choices, hiveChoices] = await Promise.all([
    subject.kind === 'model'
      ? modelChoices(subjectText, subject, start, ask, deps)
      : workerChoices(subjectText, subject.id, start, ask, deps),
    several ? listHives(bestFit ? 'best-fit' : hive, inTime, deps) : [],
  ]);
  return { ...nothing, ...choices, hives: hiveChoices };
}

async function listHives(chosen: string, inTime: HiveQuery['inTime'], { hives }: SubjectDeps): Promise<HiveChoice[]> {
  const configured = hives.named().map(async ({ url, name }): Promise<HiveChoice> => {
    const device = largestDevice((await verifyInTime(hives, { hive: url, passive: false, inTime }))?.devices ?? []);
    return { hive: url, name: name || new URL(url).host, ...defined({ device }), chosen: url === chosen };
  });
  return [{ hive: 'best-fit', name: '', chosen: chosen === 'best-fit' }, ...(await Promise.all(configured))];
}

async function modelChoices(
  subjectText: string,
  subject: { repo: string; file?: string },
  start: Start,
  ask: HiveQuery,
  deps: SubjectDeps,
): Promise<Partial<Choices>> {
  const [facts, workers] = await Promise.all([
    readModelFacts(subjectText, subject, ask, deps),
    ask.inTime(deps.hives.workers(ask.hive, neverAborts)),
  ]);
  const { repo, picked, files, devices, taken, downloaded, derivatives, reasons, link } = facts;
  const names = nameFiles(files);
  const rows = files.slice(0, maxRows);
  // What is true of all files is said once, above the list.
  const differs = rows.some(({ loads }) => loads !== rows[0]?.loads);
  const running = new Set(workers?.map(({ model }) => model));
  const choice = (entry: ModelFileEntry): FileChoice => {
    const { path, sizeBytes, loads, refused } = entry;
    const fit = fitOn(entry, devices);
    const id = hiveModelId(repo, path);
    const marks: (FileMark | false | undefined)[] = [
      running.has(id) && 'running',
      downloaded.has(id) && 'downloaded',
      entry === taken && 'recommended',
      'tight' in fit && fit.tight && 'tight',
      refused ? 'split' : differs && loads === 'no' && 'not_loadable',
      !refused && differs && loads === 'unsure' && 'maybe_not_loadable',
    ];
    return {
      name: names(entry),
      ...defined({ sizeBytes }),
      fit: fit.verdict,
      ...('freeBytes' in fit && { needBytes: fit.needBytes, freeBytes: fit.freeBytes }),
      marks: marks.filter((mark) => typeof mark === 'string'),
      ...(!refused && { start: { ...start, subject: `hf:${subject.repo}:${path}`, ...(picked && { repo }) } }),
    };
  };
  return {
    reasons,
    ...defined({ link }),
    files: rows.map(choice),
    derivatives: derivatives.map(({ id, downloads }) => ({ repo: id, downloads, start: { ...start, repo: id } })),
  };
}

async function workerChoices(
  subjectText: string,
  id: string,
  start: Start,
  ask: HiveQuery,
  deps: SubjectDeps,
): Promise<Partial<Choices>> {
  const { backends, installed, usual, fixed, reasons } = await readWorkerFacts(subjectText, ask, deps);
  const choices = backends.map((backend): BackendChoice => {
    const request: Start = { ...start, ...(!fixed && { backend }) };
    // Hives start only workers for language models.
    const canStart = id.startsWith('llm-') && installed.includes(backend);
    return {
      backend,
      recommended: backend === usual,
      installed: installed.includes(backend),
      start: request,
      ...(canStart && { startWithoutModel: { ...request, withoutModel: true } }),
    };
  });
  const rocm: BackendChoice = { backend: 'rocm', recommended: false, installed: false };
  return { reasons, backends: fixed ? choices : [...choices, rocm] };
}
