import { describe, expect, it } from 'vitest';
import { buttonView } from '../../../../components/page/button-view.ts';
import type { Summary } from '../../../../lib/messages/contract.ts';
import { toPageRun } from '../../../../lib/messages/page-run.ts';
import { longestLockWaitMs } from '../../../../lib/runs/retry-countdown.ts';
import { notes, type Run, type RunState, runStates } from '../../../../lib/runs/run.ts';
import '../../english.ts';
import { everyState, job, progress, record, steps } from '../../../e2e/records.ts';

const now = 1_763_900_000_000;
const model = 'hf:org/name';
const runs = everyState(now);
const view = (run?: Run, subject = model, summary?: Summary) =>
  buttonView({ subject, run: run && toPageRun(run, subject), summary, now });
const downloading = (more: Parameters<typeof progress>[1], jobMore = {}) =>
  record(now, {
    state: 'downloading',
    steps: steps('download', 'active', { job: job(now, jobMore), progress: progress(now, more) }),
  });

describe('the button', () => {
  const table: Record<RunState, [name: string, action?: string]> = {
    queued: ['Cancel', 'cancel'],
    offline: ['Cancel', 'cancel'],
    resolving: ['Cancel', 'cancel'],
    downloading: ['Cancel', 'cancel'],
    installing: ['Cancel', 'cancel'],
    starting: ['Cancel', 'cancel'],
    cancelling: ['Cancelling'],
    running: ['Open', 'open'],
    installed: ['Open', 'open'],
    stopped: ['Run with rbee', 'retry'],
    failed: ['Retry', 'retry'],
    cancelled: ['Retry', 'retry'],
    choose: ['Choose a file', 'choose'],
  };

  it.each(runStates)('has a label, an action and a description in state %s', (state) => {
    const { retryAt, ...run } = runs[state];
    const shown = view(run);
    const [label, action] = table[state];
    expect([shown.state, shown.label, shown.action]).toEqual([state, label, action]);
    expect(shown.description.join(' ')).not.toBe('');
  });

  it.each([
    ['a model', model, 'idle', 'Run with rbee', 'start'],
    ['a worker', 'worker:llm-worker-rbee', 'idle', 'Install with rbee', 'start'],
    ['a CivitAI model', 'civitai:4384', 'unsupported', 'Not supported', undefined],
  ])('has a label, an action and a description for %s without a run', (_name, subject, state, name, action) => {
    const shown = view(undefined, subject);
    expect([shown.state, shown.label, shown.action]).toEqual([state, name, action]);
    expect(shown.description.join(' ')).not.toBe('');
  });

  it('starts a worker that ran without a model and has stopped, instead of installing it again', () => {
    expect(view(record(now, { state: 'stopped' }), 'worker:llm-worker-rbee').label).toBe('Run with rbee');
  });
});

describe('the button before any click', () => {
  const summary = (more: Partial<Summary>): Summary => ({ state: 'idle', reasons: [], ...more });

  it.each<[string, Partial<Summary>, Partial<ReturnType<typeof view>>]>([
    [
      'names the file that a click takes, and its size',
      { file: { label: 'Q4_K_M', sizeBytes: 398_000_000 } },
      { detail: 'Q4_K_M ·\u00a00.4\u00a0GB', action: 'start' },
    ],
    [
      'offers the list if only other repositories have a file',
      { state: 'choose', reasons: ['derivatives'] },
      { action: 'choose', label: 'Choose a file', prominent: true },
    ],
    [
      'is disabled if nothing can run, shows the reason, and links to a search, also if the model is gated',
      { state: 'unsupported', reasons: ['gated', 'no-gguf'], link: 'https://huggingface.co/models' },
      {
        state: 'unsupported',
        prominent: true,
        link: { label: 'Find GGUF models', url: 'https://huggingface.co/models' },
      },
    ],
    [
      'links to the licence of a gated model',
      { reasons: ['gated'], link: 'https://huggingface.co/org/name' },
      {
        action: 'start',
        prominent: true,
        link: { label: 'Review the licence', url: 'https://huggingface.co/org/name' },
      },
    ],
    [
      'warns of a model that the worker cannot load',
      { reasons: ['not-loadable'] },
      { action: 'start', prominent: true },
    ],
    ['does not show that the hub could not be asked', { reasons: ['unlisted'] }, { action: 'start', prominent: false }],
  ])('%s', (_name, more, expected) => {
    expect(view(undefined, model, summary(more))).toMatchObject(expected);
  });

  it('warns before it says what a click usually does, because a narrow page shows one line', () => {
    const [first, last] = view(undefined, model, summary({ reasons: ['gated'] })).description;
    expect([first, last]).toEqual([expect.stringContaining('gated'), expect.stringContaining('Downloads this model')]);
  });

  it('says in the label of a worker page that the worker is installed', () => {
    const shown = view(undefined, 'worker:llm-worker-rbee', summary({ reasons: ['installed'] }));
    expect([shown.label, shown.detail]).toEqual(['Install with rbee', 'installed']);
  });
});

describe('the button after a failure', () => {
  const failed = (code: 'gated' | 'no-gguf' | 'network') =>
    record(now, { state: 'failed', failure: { code, step: 'download', text: '', at: now } });

  it('keeps the link to the licence, because a retry can succeed once it is accepted', () => {
    const shown = view(failed('gated'), model, {
      state: 'idle',
      reasons: ['gated'],
      link: 'https://huggingface.co/org/name',
    });
    expect([shown.action, shown.link?.url]).toEqual(['retry', 'https://huggingface.co/org/name']);
  });

  it('offers no retry that cannot succeed', () => {
    const shown = view(failed('no-gguf'));
    expect([shown.action, shown.label]).toEqual(['link', shown.link?.label]);
  });

  it('offers a retry otherwise', () => {
    expect(view(failed('network')).action).toBe('retry');
  });
});

describe('progress', () => {
  it('is the same percentage in bar, label and description', () => {
    const shown = view(downloading({ percent: 36.9 }));
    expect([shown.percent, shown.detail, shown.description]).toEqual([36.9, 'downloading 36%', ['Downloading, 36%.']]);
  });

  it('is the name of the phase if the hive reports no percentage in it', () => {
    const shown = view(downloading({ phase: 'copying' }));
    expect([shown.percent, shown.description]).toEqual([undefined, ['Copying the file into the hive’s model folder.']]);
  });

  it('keeps its percentage in a phase without one, and is not reported as stalled', () => {
    const shown = view(downloading({ phase: 'copying', percent: 98.3, changedAt: now - 60_000 }));
    expect([shown.percent, shown.description]).toEqual([98.3, ['Copying the file into the hive’s model folder.']]);
  });

  it('is reported as stalled after 45 s, when the button is updated', () => {
    const moving = view(downloading({ percent: 10, changedAt: now - 44_000 }));
    expect([moving.description.length, moving.until]).toEqual([1, now + 1_000]);
    const still = view(downloading({ percent: 10, changedAt: now - 45_000 }));
    expect([still.description, still.until]).toEqual([['Downloading, 10%.', 'No progress for 45 sec.'], undefined]);
  });

  it('is unknown while the job is lost', () => {
    const shown = view(downloading({ percent: 10 }, { lostAt: now - 1_000 }));
    expect(shown.percent).toBeUndefined();
    expect(shown.description.join(' ')).toContain('live log was lost');
  });

  it.each([
    ['downloading', 'download', /starts the download again/],
    ['installing', 'install', /which ended this step/],
  ] as const)('says while %s what a stop of the hive leads to', (state, step, expected) => {
    const lost = job(now, { lostAt: now - 2_000, offlineAt: now - 1_000 });
    const run = record(now, { state, steps: steps(step, 'active', { job: lost }) });
    expect(view(run).description.join(' ')).toMatch(expected);
  });
});

describe('retry', () => {
  it('counts down while it is too early', () => {
    const shown = view(record(now, { state: 'cancelled', retryAt: now + 3_200 }));
    expect([shown.label, shown.action, shown.until]).toEqual(['Retry in 4 sec', undefined, now + 200]);
  });

  it('counts down for the longest wait after a lock, and not longer', () => {
    const actionAfter = (ms: number) => view(record(now, { state: 'failed', retryAt: now + ms })).action;
    expect(actionAfter(longestLockWaitMs)).toBeUndefined();
    expect(actionAfter(longestLockWaitMs + 1)).toBe('retry');
  });

  it('is offered after the countdown', () => {
    expect(view(record(now, { state: 'cancelled', retryAt: now })).action).toBe('retry');
  });

  it('is announced in steps of 5 s while the run waits for an automatic one', () => {
    const shown = view(record(now, { state: 'resolving', retryAt: now + 13_000 }));
    expect(shown).toMatchObject({ action: 'cancel', until: now + 3_000 });
    expect(shown.description).toContain('Next attempt in 15 sec.');
  });

  it('is not counted down to after the clock was set back', () => {
    const shown = view(record(now, { state: 'resolving', retryAt: now + longestLockWaitMs + 1 }));
    expect([shown.description.length, shown.until]).toEqual([1, undefined]);
  });
});

it('every note has a text', () => {
  for (const note of notes) {
    expect(view({ ...runs.running, notes: [note] }).description).toHaveLength(2);
  }
});
