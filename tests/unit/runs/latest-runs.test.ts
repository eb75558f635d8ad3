import { anything, assert, constantFrom, object, property, record as shape, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { buttonView } from '../../../components/page/button-view.ts';
import { runKey } from '../../../lib/runs/keys.ts';
import { watchLatestRuns } from '../../../lib/runs/latest-runs.ts';
import { type Run, runStates } from '../../../lib/runs/run.ts';
import '../english.ts';
import { record } from '../../e2e/records.ts';

const now = 1_763_900_000_000;
let lifetime: AbortController;
let changes: number;

beforeEach(() => {
  fakeBrowser.reset();
  lifetime = new AbortController();
  changes = 0;
});
afterEach(() => lifetime.abort());

const watch = () => watchLatestRuns(() => (changes += 1), lifetime.signal);
const store = (run: Run) => fakeBrowser.storage.local.set({ [runKey(run.id)]: run });

describe('the run that a button shows', () => {
  it('is the newest click’s, whichever file of the model was chosen', () => {
    const runs = watch();
    const older = record(now, { subject: 'hf:org/name', order: 1 });
    const newer = record(now, { subject: 'hf:org/name:q4.gguf', order: 2 });
    runs.take([newer, older, record(now, { subject: 'hf:org/other', order: 3 })]);
    expect(runs.of('hf:org/name')).toBe(newer);
  });

  it('follows the storage', async () => {
    const runs = watch();
    await store(record(now, { id: 'a', subject: 'hf:org/name', state: 'queued' }));
    await store(record(now, { id: 'a', subject: 'hf:org/name', state: 'running' }));
    expect([runs.of('hf:org/name')?.state, changes]).toEqual(['running', 2]);
    await fakeBrowser.storage.local.remove(runKey('a'));
    expect([runs.of('hf:org/name'), changes]).toEqual([undefined, 3]);
  });

  it('is not set back by an answer that was overtaken', async () => {
    const runs = watch();
    const run = record(now, { id: 'a', subject: 'hf:org/name', updatedAt: 1 });
    await store({ ...run, state: 'running', updatedAt: 2 });
    runs.take([run]);
    expect(runs.of('hf:org/name')?.state).toBe('running');
  });

  it('is nothing that is not a run', async () => {
    const runs = watch();
    const damaged = [undefined, null, 'x', 7, {}, { ...record(now), steps: 'none' }, { ...record(now), subject: 7 }];
    runs.take(damaged);
    await fakeBrowser.storage.local.set({ 'run:x': 'x', settings: {}, 'log:x': [] });
    expect(runs.of('hf:org/name')).toBeUndefined();
    expect(changes).toBe(2);
  });

  it('is not watched any more after the page’s life', async () => {
    watch();
    lifetime.abort();
    await store(record(now, { id: 'a' }));
    expect(changes).toBe(0);
  });
});

it('a damaged record costs its own button some words, and no button its life', () => {
  const subject = 'hf:org/name';
  const damaged = shape(
    {
      state: constantFrom(...runStates),
      steps: object().map((step) => [step, { ...step, state: 'active' }, null]),
      hive: string(),
      failure: anything(),
      choice: anything(),
      worker: anything(),
      notes: anything(),
      retryAt: anything(),
    },
    { requiredKeys: ['state', 'steps', 'hive'] },
  );
  assert(
    property(damaged, (broken) => {
      const runs = watch();
      runs.take([{ ...record(now), subject, ...broken }]);
      const view = buttonView(subject, runs.of(subject), now);
      for (const text of [view.label, ...view.description]) expect(text).not.toBe('');
    }),
    { numRuns: 2000 },
  );
});
