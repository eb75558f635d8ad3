import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { safeParse } from 'zod/mini';
import { logKey, runKey } from '../../../lib/runs/keys.ts';
import { LogLine, type Run } from '../../../lib/runs/run.ts';
import { createStore } from '../../../lib/runs/store.ts';
import { type MemoryArea, memoryArea } from './area.ts';
import { at, clicked, freeze, hive, percent, t0 } from './samples.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: t0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const line = (message: string): LogLine => ({ at: t0, action: 'build_output', message });
const storedRun = (area: MemoryArea, id = 'run-1') => area.items.get(runKey(id)) as Run | undefined;
const storedLog = (area: MemoryArea, id = 'run-1') => area.items.get(logKey(id)) as LogLine[] | undefined;

async function open(area: MemoryArea) {
  const store = createStore(area, () => {}, { configuredHives: async () => [hive] });
  await store.ready;
  return store;
}

const finished = (id: string, updatedAt: number, more: Partial<Run> = {}): Run =>
  freeze({ ...clicked(), id, updatedAt, state: 'cancelled', ...more });
const asStored = (runs: Run[]) => Object.fromEntries(runs.map((run) => [runKey(run.id), run]));

describe('the store', () => {
  it('keeps every flushed change for the next service worker', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(clicked());
    store.apply('run-1', { type: 'admitted', at: t0 });
    store.log('run-1', line('hello'));
    await store.flush();
    expect(storedRun(area)?.state).toBe('resolving');
    const next = await open(area);
    expect(next.get('run-1')).toEqual(store.get('run-1'));
    expect(storedLog(area)).toEqual([line('hello')]);
  });

  it('writes what was changed during a write', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(clicked());
    const first = store.flush();
    store.apply('run-1', { type: 'admitted', at: t0 });
    await store.flush();
    expect(storedRun(area)?.state).toBe('resolving');
    await first;
    expect(storedRun(area)?.state).toBe('resolving');
  });

  it('keeps neither run nor log of a removed run', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(clicked());
    store.log('run-1', line('hello'));
    await store.flush();
    store.remove('run-1');
    store.log('run-1', line('late'));
    expect(store.apply('run-1', { type: 'admitted', at: t0 })).toBeUndefined();
    await store.flush();
    expect([...area.items.keys()]).toEqual([]);
  });

  it('writes nothing if nothing changed', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(at('running'));
    await store.flush();
    store.apply('run-1', { type: 'admitted', at: t0 });
    store.apply('run-1', { type: 'seen', at: t0 });
    await store.flush();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(area.writes).toHaveLength(1);
  });
});

describe('a burst of changes', () => {
  it('during every write causes at most three writes in a second', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(clicked());
    await store.flush();
    const { set } = area;
    area.set = async (items) => {
      store.log('run-1', line('while it writes'));
      await set(items);
    };
    const before = area.writes.length;
    store.log('run-1', line('first'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(area.writes.length - before).toBe(3);
  });

  it('of 10,000 lines in a second causes at most four writes, and the last line is stored', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(at('downloading'));
    await store.flush();
    const before = area.writes.length;
    for (let i = 1; i <= 1_000; i += 1) {
      for (let j = 0; j < 10; j += 1) store.log('run-1', line(`line ${i}.${j}`));
      store.apply('run-1', { ...percent(i / 20), at: t0 + i });
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(area.writes.length - before).toBeLessThanOrEqual(4);
    expect(area.writes.length - before).toBeGreaterThanOrEqual(3);
    await vi.advanceTimersByTimeAsync(300);
    expect(storedLog(area)?.at(-1)?.message).toBe('line 1000.9');
    expect(storedRun(area)?.steps[1]?.progress?.percent).toBe(50);
  });

  it('is stored within 300 ms even if the clock is set back', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(clicked());
    await store.flush();
    vi.setSystemTime(t0 - 86_400_000);
    store.apply('run-1', { type: 'admitted', at: t0 });
    await vi.advanceTimersByTimeAsync(300);
    expect(storedRun(area)?.state).toBe('resolving');
  });

  it('after a pause is stored at once', async () => {
    const area = memoryArea();
    const store = await open(area);
    await vi.advanceTimersByTimeAsync(60_000);
    store.add(clicked());
    await vi.advanceTimersByTimeAsync(1);
    expect(storedRun(area)).toBeDefined();
  });
});

describe('a damaged record', () => {
  const whole = clicked();
  const future = { ...clicked(), id: 'run-2', schema: 2, newField: true };

  it.each([
    ['with a newer schema', future],
    ['that is incomplete', { schema: 1, id: 'run-2' }],
    ['that is a text', 'text'],
    ['that is null', null],
    ['with an unknown state', { ...clicked(), id: 'run-2', state: 'unknown' }],
    ['without steps', { ...at('running'), id: 'run-2', steps: [] }],
    ['of a hive that is not configured', { ...clicked(), id: 'run-2', hive: 'http://gpu:7835' }],
    ['with a worker on another host', { ...at('running'), id: 'run-2', worker: { address: 'http://gpu:1', port: 1 } }],
    ['with a hidden character in its model', { ...at('downloading'), id: 'run-2', model: 'org/a\u202e:f.gguf' }],
    ['under the wrong key', { ...clicked(), id: 'run-3' }],
  ])('%s is quarantined unchanged, and the other runs are read', async (_, record) => {
    const area = memoryArea({ [runKey('run-1')]: whole, [runKey('run-2')]: record, settings: { schema: 1 } });
    const store = await open(area);
    expect(store.all()).toEqual([whole]);
    expect(area.items.get(`quarantined:${runKey('run-2')}`)).toEqual(record);
    expect(area.items.has(runKey('run-2'))).toBe(false);
    expect(area.items.get('settings')).toEqual({ schema: 1 });
  });

  it('is a run again once its hive is configured again', async () => {
    const record = { ...clicked(), id: 'run-2', hive: 'http://gpu:7835' };
    const area = memoryArea({ [runKey('run-2')]: record });
    await open(area);
    expect([...area.items.keys()]).toEqual([`quarantined:${runKey('run-2')}`]);
    const store = createStore(area, () => {}, { configuredHives: async () => [record.hive] });
    await store.ready;
    expect(store.all()).toEqual([record]);
    expect([...area.items.keys()]).toEqual([runKey('run-2')]);
  });

  it('with a click order near 2 ** 53 is read with a smaller one, so that later clicks can be counted', async () => {
    const runs = [whole, { ...clicked(), id: 'run-2', order: Number.MAX_SAFE_INTEGER }];
    const store = await open(memoryArea(asStored(runs)));
    expect(store.all().map(({ id, order }) => [id, order])).toEqual([
      ['run-1', 1],
      ['run-2', 2],
    ]);
  });

  it('stays in its place if storage is full, and the other runs are read', async () => {
    const area = memoryArea({ [runKey('run-1')]: whole, [runKey('run-2')]: future });
    area.quota = 10;
    const store = await open(area);
    expect(store.all()).toEqual([whole]);
    expect(area.items.get(runKey('run-2'))).toEqual(future);
  });

  it('is deleted once 20 others are quarantined', async () => {
    const area = memoryArea(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`quarantined:run:${i}`, 'x'])));
    await open(area);
    expect(area.items.size).toBe(20);
  });
});

describe('logs', () => {
  it('without a run are deleted', async () => {
    const area = memoryArea({
      [runKey('run-1')]: clicked(),
      [logKey('run-1')]: [line('a')],
      [logKey('removed')]: [line('b')],
    });
    await open(area);
    expect(area.items.has(logKey('removed'))).toBe(false);
    expect(area.items.has(logKey('run-1'))).toBe(true);
  });

  it('keep the newest 300 lines', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(clicked());
    for (let i = 0; i < 1_000; i += 1) store.log('run-1', line(`line ${i}`));
    await store.flush();
    expect(storedLog(area)).toHaveLength(300);
    expect(storedLog(area)?.at(-1)?.message).toBe('line 999');
  });

  it('keep at most about 45,000 characters, even with long lines', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(clicked());
    for (let i = 0; i < 300; i += 1) store.log('run-1', line(`${i} ${'x'.repeat(100_000)}`));
    await store.flush();
    const lines = storedLog(area) ?? [];
    const characters = lines.reduce((sum, { message }) => sum + message.length, 0);
    expect(characters).toBeLessThanOrEqual(45_000);
    expect(characters).toBeGreaterThan(40_000);
    expect(lines.at(-1)?.message.startsWith('299 ')).toBe(true);
    for (const each of lines) expect(safeParse(LogLine, each).success).toBe(true);
  });

  it('are appended to those of an earlier service worker even if storage is slow', async () => {
    const area = memoryArea({ [runKey('run-1')]: clicked(), [logKey('run-1')]: [line('one')] });
    const store = await open(area);
    const { get } = area;
    area.get = async (keys) => {
      const found = await get(keys);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return found;
    };
    store.log('run-1', line('two'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(storedLog(area)?.map(({ message }) => message)).toEqual(['one', 'two']);
  });

  it('of two service workers have at most 300 lines together', async () => {
    const stored = Array.from({ length: 300 }, (_, i) => line(`old ${i}`));
    const area = memoryArea({ [runKey('run-1')]: clicked(), [logKey('run-1')]: stored });
    const store = await open(area);
    for (let i = 0; i < 300; i += 1) store.log('run-1', line(`new ${i}`));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(storedLog(area)).toHaveLength(300);
    expect(storedLog(area)?.[0]?.message).toBe('new 0');
  });
});

it('a store that cannot delete orphaned logs loses no run', async () => {
  const area = memoryArea({ [runKey('run-1')]: clicked(), [logKey('removed')]: [line('x')] });
  area.remove = () => Promise.reject(new Error('The disk does not respond.'));
  expect((await open(area)).all()).toHaveLength(1);
});

describe('a full storage', () => {
  const many = Array.from({ length: 20 }, (_, i) => clicked({ id: `run-${i + 1}`, order: i + 1 }));
  const logs = Object.fromEntries(
    many.map(({ id }) => [logKey(id), Array.from({ length: 50 }, () => line('x'.repeat(200)))]),
  );

  it('makes the store delete all logs and keep all runs', async () => {
    const area = memoryArea({ ...asStored(many), ...logs });
    const store = await open(area);
    area.quota = JSON.stringify([...area.items]).length;
    for (const { id } of many) store.apply(id, { type: 'admitted', at: t0 });
    store.add(clicked({ id: 'run-21', order: 21 }));
    await store.flush();
    const runs = [...area.items].filter(([key]) => key.startsWith('run:'));
    expect(runs).toHaveLength(21);
    expect(runs.every(([, run]) => (run as Run).state === 'resolving' || (run as Run).id === 'run-21')).toBe(true);
    expect([...area.items.keys()].filter((key) => key.startsWith('log:'))).toEqual([]);
  });

  it('without logs to delete makes flush fail, and the next flush stores all changes once there is space', async () => {
    const area = memoryArea();
    const store = await open(area);
    store.add(clicked());
    await store.flush();
    area.quota = 10;
    store.apply('run-1', { type: 'admitted', at: t0 });
    await expect(store.flush()).rejects.toMatchObject({ code: 'storage' });
    area.quota = undefined;
    await store.flush();
    expect(storedRun(area)?.state).toBe('resolving');
  });

  it('is written to again automatically once there is space', async () => {
    const area = memoryArea();
    const store = await open(area);
    area.quota = 10;
    store.add(clicked());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(storedRun(area)).toBeUndefined();
    area.quota = undefined;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(storedRun(area)?.state).toBe('queued');
  });
});

describe('the number of runs', () => {
  it('is limited to the 200 that ended last', async () => {
    const old = Array.from({ length: 205 }, (_, i) => finished(`old-${i}`, t0 + i));
    const area = memoryArea(asStored(old));
    const store = await open(area);
    store.log('old-0', line('x'));
    store.add(clicked());
    await store.flush();
    expect(store.all()).toHaveLength(201);
    expect(area.items.size).toBe(201);
    expect(store.get('old-4')).toBeUndefined();
    expect(store.get('old-5')).toBeDefined();
  });

  it('is not limited for active and running runs', async () => {
    const many = [
      ...Array.from({ length: 220 }, (_, i) => finished(`done-${i}`, t0 + i)),
      freeze({ ...at('running'), id: 'running', updatedAt: 1 }),
      freeze({ ...at('downloading'), id: 'downloading', updatedAt: 1 }),
    ];
    const store = await open(memoryArea(asStored(many)));
    store.add(clicked());
    expect(store.all()).toHaveLength(203);
    expect(store.get('running')).toBeDefined();
    expect(store.get('downloading')).toBeDefined();
  });
});

it('the store reports each change with the previous version of the run', async () => {
  const reported: [string, string | undefined][] = [];
  const store = createStore(memoryArea(), (run, before) => reported.push([run.state, before?.state]));
  await store.ready;
  store.add(clicked());
  store.apply('run-1', { type: 'admitted', at: t0 });
  store.apply('run-1', { type: 'admitted', at: t0 });
  expect(reported).toEqual([
    ['queued', undefined],
    ['resolving', 'queued'],
  ]);
});
