import { describe, expect, it } from 'vitest';
import type { WireName } from '../wires.ts';
import { aHive, list, model, spawn } from './given.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what tells the forms apart.
const ansi = /^data: \x1b\[1m/;
const failing = { operation: 'model_get', hive_id: 'localhost', id: model };

describe('an older hive', () => {
  it.each<[WireName, { capabilities: string; cancel: number; failure: string; data: boolean; narration: RegExp }]>([
    ['current', { capabilities: '/v1/capabilities', cancel: 200, failure: '[ERROR] ', data: true, narration: ansi }],
    ['2025-11-01', { capabilities: '/v1/capabilities', cancel: 200, failure: '[DONE]', data: false, narration: ansi }],
    ['2025-10-31', { capabilities: '/capabilities', cancel: 200, failure: '[DONE]', data: false, narration: ansi }],
    [
      '2025-10-25',
      {
        capabilities: '/capabilities',
        cancel: 405,
        failure: '[DONE]',
        data: false,
        narration: /^data: \[hive {6}\] execute {8}: /,
      },
    ],
  ])('of %s has its own wire', async (wire, expected) => {
    const { ask, submit, cancel, run } = await aHive({ wire });
    for (const path of ['/capabilities', '/v1/capabilities']) {
      const { body } = await ask('GET', path);
      expect(body.startsWith('{"devices"')).toBe(path === expected.capabilities);
    }
    const { raw, events } = await run(list);
    expect(raw).toMatch(expected.narration);
    expect(events.some(({ event }) => event === 'data')).toBe(expected.data);
    const failure = await run(failing);
    expect(failure.marker.startsWith(expected.failure)).toBe(true);
    expect((await cancel(await submit(list))).status).toBe(expected.cancel);
  });

  it('of before 2025-11-02 has no [DONE] after a lost channel', async () => {
    const { finish } = await aHive({ wire: '2025-11-01' });
    expect((await finish('none')).raw).toMatch(/^data: ERROR: Job channel not found[^\n]*\n\n$/);
  });

  it('of before 2025-11-02 ends a silent stream with [DONE], though the job goes on', async () => {
    const faults = [{ after: 'model_list_start', pause: true }];
    const { hive, run } = await aHive({ wire: '2025-11-01', silenceMs: 50, faults });
    const { narrations, marker } = await run(list);
    expect([narrations.at(-1)?.action, marker]).toEqual(['model_list_start', '[DONE]']);
    expect(hive.jobs[0]?.state).toBe('queued');
    hive.release();
    await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
  });

  it('of before 2025-11-08 does not name a worker’s port before the end', async () => {
    const { run } = await aHive({ wire: '2025-11-07' });
    const { raw, marker } = await run(spawn());
    expect(marker).toBe('[DONE]');
    expect(raw).not.toContain('worker_spawn_port');
    expect(raw).toMatch(/spawned \(PID: \d+, port: \d+\)/);
  });
});
