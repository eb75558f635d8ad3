// @vitest-environment happy-dom
import { anything, assert, constantFrom, property } from 'fast-check';
import { render } from 'preact';
import { describe, expect, it } from 'vitest';
import '../english.ts';
import { RunItem } from '../../../components/popup/run-item.tsx';
import { Run } from '../../../lib/runs/run.ts';
import { isReadableRun } from '../../../lib/words/readable.ts';
import { safeParse } from '../../../lib/z.ts';
import { everyFailure, everyState } from '../../e2e/records.ts';

const now = 1_764_000_000_000;
const runs = [...Object.values(everyState(now)), ...Object.values(everyFailure(now))];

type Place = { run: Run; path: (string | number)[] };

/** Each field of each record, however deep. */
function places(run: Run, value: unknown = run, path: Place['path'] = []): Place[] {
  if (typeof value !== 'object' || value === null) return [{ run, path }];
  const inside = Object.entries(value).flatMap(([key, field]) => places(run, field, [...path, key]));
  return path.length > 0 ? [{ run, path }, ...inside] : inside;
}

function damaged({ run, path }: Place, value: unknown): unknown {
  const copy = structuredClone(run) as unknown as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
  parent[path.at(-1) ?? ''] = value;
  return copy;
}

const anyPlace = constantFrom(...runs.flatMap((run) => places(run)));

describe('stored runs, as a view reads them', () => {
  it.each(runs.map((run) => [run.failure?.code ?? run.state, run] as const))('%s is read', (_, run) => {
    expect(safeParse(Run, run).success).toBe(true);
    expect(isReadableRun(run)).toBe(true);
  });

  it.each([
    undefined,
    null,
    1,
    'run',
    [],
    {},
    { schema: 2 },
    { ...runs[0], state: 'levitating' },
    { ...runs[0], schema: 2 },
    { ...runs[0], backend: {} },
    { ...runs[0], updatedAt: 9e15 },
  ])('%j is left out', (stored) => {
    expect(isReadableRun(stored)).toBe(false);
  });

  it('nothing that the service worker would keep is left out', () => {
    assert(
      property(anyPlace, anything(), (place, value) => {
        const stored = damaged(place, value);
        if (safeParse(Run, stored).success) expect(isReadableRun(stored)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('whatever is damaged, what is read can be shown', () => {
    assert(
      property(anyPlace, anything(), (place, value) => {
        const stored = damaged(place, value);
        if (!isReadableRun(stored)) return;
        const root = document.createElement('div');
        render(<RunItem run={stored} open ahead={0} onToggle={() => {}} onDismiss={() => {}} />, root);
        expect(root.textContent).not.toBe('');
        render(null, root);
      }),
      { numRuns: 800 },
    );
  }, 30_000);
});
