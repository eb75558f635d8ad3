import { defined } from '../defined.ts';
import { RbeeError } from '../errors.ts';
import type { Start } from '../messages/contract.ts';
import {
  createRun,
  isSameSubject,
  latestFirst,
  type RunPreferences,
  runsWithoutModel,
  waitingFor,
} from '../runs/create-run.ts';
import type { Run } from '../runs/run.ts';
import type { Store } from '../runs/store.ts';
import { parseSubject } from '../subject.ts';
import type { Hives } from './hives.ts';
import type { createLastChoice } from './last-chosen-file.ts';

type Deps = { store: Store; hives: Hives; lastChoice: ReturnType<typeof createLastChoice>; now(): number };

/** The place of a new click in the queue. */
const nextOrder = (store: Store): number => Math.max(0, ...store.all().map(({ order }) => order)) + 1;

/** A new attempt is a new click: it goes to the end of the queue, and only to a configured hive. */
export function retryRun(
  { id, hive }: Run,
  { store, hives }: Pick<Deps, 'store' | 'hives'>,
  preferences: RunPreferences = {},
): void {
  store.apply(id, { type: 'retried', ...preferences, hive: hives.orDefault(hive), order: nextOrder(store) });
}

/**
 * Carries out a click: it answers the question of a waiting run, refers to the run in progress, is the next attempt of an ended one, or
 * creates a run. Returns the run's id. Synchronous: clicks of several tabs arrive together, and each must find the run of the first one.
 * Throws `message-rejected` if the text is no subject, or the hive is not configured.
 */
export function startRun(
  { subject: text, hive: asked, backend, withoutModel = false, repo, fromCard }: Start,
  { store, hives, lastChoice, now }: Deps,
): string {
  const hive = hives.known(asked === 'best-fit' ? undefined : asked);
  const subject = parseSubject(text);
  if (!subject || (withoutModel && subject.kind !== 'worker')) throw new RbeeError('message-rejected', text);
  if (subject.kind === 'civitai') throw new RbeeError('unsupported-source', text);
  const { file = undefined, repo: own = '' } = subject.kind === 'model' ? subject : {};

  const waiting = repo || file ? waitingFor(store.all(), text, hive) : undefined;
  const target = hive ?? waiting?.hive ?? hives.defaultHive();
  if (file) void lastChoice.set(target, file);
  if (waiting) {
    if (hive) store.apply(waiting.id, { type: 'hive-selected', hive });
    store.apply(waiting.id, { type: 'picked', repo: repo ?? own, path: file });
    return waiting.id;
  }

  const [existing] = store
    .all()
    .filter((run) => isSameSubject(run, text) && runsWithoutModel(run) === withoutModel && (!hive || run.hive === hive))
    .filter((run) => !repo || run.picked?.repo === repo)
    // Another backend is another run once a worker runs or is installed; before that it changes the same run.
    .filter(
      ({ state, device, backend: chosen = device?.backend }) =>
        !backend || backend === chosen || (subject.kind === 'model' && state !== 'running'),
    )
    .sort(latestFirst);
  if (existing) {
    const bestFit = (asked === 'best-fit' && hives.usesBestFit(asked)) || undefined;
    retryRun(existing, { store, hives }, { bestFit, backend, fromCard });
    return existing.id;
  }

  const run = createRun(subject, target, nextOrder(store), now(), {
    withoutModel,
    ...defined({
      bestFit: hives.usesBestFit(asked) || undefined,
      backend,
      fromCard,
      picked: repo ? { repo, ...defined({ path: file }) } : undefined,
    }),
  });
  store.add(run);
  return run.id;
}
