import { describe, expect, it } from 'vitest';
import { safeParse } from 'zod/mini';
import { buildDiagnostics, type Facts } from '../../../lib/diagnostics/diagnostics.ts';
import { logKey, runKey } from '../../../lib/runs/keys.ts';
import { Run } from '../../../lib/runs/run.ts';
import { defaultSettings } from '../../../lib/settings/settings.ts';
import { everyFailure, everyState, failed, job, logOf, record, steps, stored } from '../../e2e/records.ts';

const now = Date.UTC(2026, 10, 25, 12);

const facts: Facts = {
  now,
  version: '0.1.0',
  browser: {
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0',
    language: 'en',
    os: 'linux',
    arch: 'x86-64',
  },
  permissions: { permissions: ['storage', 'power'], origins: ['http://localhost/*', 'http://gpu-box/*'] },
  stored: {},
  bytes: 1234,
  hives: [],
};

const report = (more: Partial<Facts> = {}) => {
  const text = buildDiagnostics({ ...facts, ...more });
  return { text, json: JSON.parse(text) };
};

describe('a diagnostics report', () => {
  it('contains version, browser and permissions', () => {
    expect(report().json).toMatchObject({
      format: 'rbee-diagnostics',
      version: 1,
      madeAt: '2026-11-25T12:00:00.000Z',
      extension: '0.1.0',
      browser: facts.browser,
      permissions: { permissions: ['storage', 'power'], origins: ['http://localhost/*', 'http://host-1/*'] },
      storage: { bytes: 1234, runs: 0 },
    });
  });

  it('contains the settings without addresses and names', () => {
    const settings = {
      ...defaultSettings,
      backend: 'cuda',
      hives: [
        { url: 'http://gpu-box:7835', name: 'Anna’s cellar' },
        { url: 'http://localhost:7835', name: '' },
      ],
      defaultHive: 'http://gpu-box:7835',
    };
    const { json, text } = report({ stored: { settings } });
    expect(json.settings).toMatchObject({
      backend: 'cuda',
      hives: [
        { url: 'http://hive-1:7835', named: true },
        { url: 'http://localhost:7835', named: false },
      ],
      defaultHive: 'http://hive-1:7835',
    });
    expect(json.permissions.origins).toEqual(['http://localhost/*', 'http://hive-1/*']);
    expect(text).not.toMatch(/gpu-box|cellar/);
  });

  it('contains the status of the hives', () => {
    const { json, text } = report({
      hives: [
        {
          url: 'http://gpu-box:7835',
          state: 'connected',
          devices: [{ id: 'GPU-0', name: 'RTX 3090 in gpu-box', kind: 'gpu', memoryGb: 23 }],
          version: '0.1.0',
          id: 'annas-desk',
          workers: [{ pid: 4, port: 8080, model: '/home/anna/m.gguf', address: 'http://gpu-box:8080', source: 'run' }],
        },
        { url: 'http://localhost:7835', state: 'offline', why: 'timeout', devices: [] },
      ],
      stored: stored([failed(now, 'hive-rejected', 'download', 'annas-desk is busy')]),
    });
    expect(json.hives).toEqual([
      {
        url: 'http://hive-1:7835',
        state: 'connected',
        devices: [{ id: 'GPU-0', name: 'RTX 3090 in hive-1', kind: 'gpu', memoryGb: 23 }],
        version: '0.1.0',
        workers: [{ pid: 4, port: 8080, model: '~/m.gguf', address: 'http://hive-1:8080', source: 'run' }],
      },
      { url: 'http://localhost:7835', state: 'offline', why: 'timeout', devices: [] },
    ]);
    expect(text).not.toMatch(/annas-desk|anna/);
  });

  it('contains an error code if the service worker does not reply', () => {
    expect(report({ hives: 'message-rejected' }).json.hives).toBe('message-rejected');
  });

  it('contains runs in every state without private data', () => {
    const runs = [...Object.values(everyState(now)), ...Object.values(everyFailure(now))];
    const { json } = report({ stored: stored(runs) });
    expect(json.runs).toHaveLength(runs.length);
    const byId = new Map(runs.map((run) => [run.id, run]));
    for (const { log, ...run } of json.runs) {
      const { hive, ...rest } = byId.get(run.id) as Run;
      expect(run).toMatchObject(JSON.parse(JSON.stringify(rest)));
      expect(run.hive).toBe(hive.replace('192.168.1.5', 'hive-1'));
      expect(log).toEqual([]);
    }
  });

  it('keeps states and step names that are also names of hosts', () => {
    const run = record(now, { hive: 'http://download:7835', steps: steps('download', 'active') });
    const { json } = report({ stored: stored([run]) });
    expect(json.runs[0].steps[1]).toEqual({ name: 'download', state: 'active' });
  });

  it('contains the last 50 runs with the last 50 lines of each, newest run first', () => {
    const runs = Array.from({ length: 60 }, (_, order) => record(now, { order, id: `one-${order}` }));
    const { json } = report({ stored: stored(runs, { 'one-59': logOf(now, 70) }) });
    expect(json.runs.map(({ order }: Run) => order)).toEqual(Array.from({ length: 50 }, (_, index) => 59 - index));
    expect(json.runs[0].log).toHaveLength(50);
    expect(json.runs[0].log.at(-1)).toMatch(
      /^2026-11-25T11:59:50\.000Z download_progress ⏳ Still downloading .*98\.6%/,
    );
    expect(json.storage.runs).toBe(60);
  });

  it('lists damaged records without their content', () => {
    const { json, text } = report({
      stored: {
        [runKey('bad')]: 'a secret of gpu-box',
        [`quarantined:${runKey('later')}`]: { text: 'another secret' },
        [logKey('odd')]: [7, null],
      },
    });
    expect(json.storage).toMatchObject({ runs: 0, unreadable: ['run:bad'], quarantined: ['quarantined:run:later'] });
    expect(json.runs).toEqual([]);
    expect(text).not.toContain('secret');
  });

  it('contains no private data from a hive’s log', () => {
    const run = failed(now, 'hive-rejected', 'download', 'No space in /home/anna/.cache on gpu-box', {
      hive: 'http://gpu-box:7835',
      worker: { address: 'http://gpu-box:8080', port: 8080 },
      steps: steps('download', 'failed', {
        job: job(now, { as: 'failed', reason: 'hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567 refused' }),
      }),
    });
    const log = [
      'Bearer abc.def.ghi',
      'GET http://10.1.2.3:9000/x?token=abc.def.ghi',
      'C:\\Users\\Anna Maria\\models',
      'mail anna@example.org, see nas.local',
    ].map((message) => ({ at: now, action: 'gpu-box', message }));
    const { json, text } = report({ stored: stored([run], { [run.id]: log }) });
    expect(text).not.toMatch(/anna|gpu-box|AbCdEf|abc\.def|10\.1\.2\.3|nas\.local|example\.org/i);
    expect(json.runs[0].failure.text).toBe('No space in ~/.cache on hive-1');
    expect(json.runs[0].worker.address).toBe('http://hive-1:8080');
  });

  it('can be built from unusual times and texts', () => {
    const run = record(now);
    const odd = [8.64e15, 8.64e15 + 1, -1].map((at) => ({ at, action: '\u0000', message: '\ud800' }));
    const { log } = report({ stored: { ...stored([run]), [logKey(run.id)]: [...odd, 'text'] } }).json.runs[0];
    expect(log).toEqual([expect.stringContaining('+275760-09-13')]);
  });

  it('has a bounded size', () => {
    const long = (length: number) => '"'.repeat(length);
    const before = Array.from({ length: 100 }, (_, pid) => ({ pid, port: pid }));
    const runs = Array.from({ length: 60 }, (_, order) =>
      failed(now, 'hive-rejected', 'spawn', long(4_000), {
        order,
        steps: steps('spawn', 'failed', { before, job: job(now, { as: 'failed', reason: long(4_000) }) }),
      }),
    );
    for (const run of runs) expect(safeParse(Run, run).success).toBe(true);
    const lines = Array.from({ length: 60 }, () => ({ at: now, action: long(100), message: long(2_000) }));
    const worker = { pid: 1, port: 1, model: long(520), address: long(300), source: 'run' as const };
    const { json, text } = report({
      stored: {
        ...stored(runs, Object.fromEntries(runs.map(({ id }) => [id, lines]))),
        ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`quarantined:run:${index}`, lines])),
      },
      hives: Array.from({ length: 20 }, () => ({
        url: 'http://localhost:7835',
        state: 'connected',
        devices: [],
        workers: Array.from({ length: 100 }, () => worker),
      })),
    });
    expect(text.length).toBeLessThan(4_000_000);
    expect(json.runs).toHaveLength(50);
    expect(json.runs.at(-1)).toMatchObject({ state: 'failed', leftOut: expect.any(String) });
    expect(json.runs[0].steps[3].before).toHaveLength(51);
  });
});
