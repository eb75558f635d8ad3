import { describe, expect, it } from 'vitest';
import { actions, messageOf, operation } from '../conformance/events.ts';
import { type InstallFailure, installFailures } from '../install-outcomes.ts';
import type { SpawnMode } from '../spawn-modes.ts';
import { aHive, install, list, spawn } from './given.ts';

const health = (port: number | undefined) =>
  fetch(`http://127.0.0.1:${port}/health`).then(
    async (response) => `${response.status} ${await response.text()}`,
    () => 'refused',
  );

describe('a spawn', () => {
  it.each<[SpawnMode, string]>([
    ['real', "Binary 'worker-cpu-18080' not found locally. Install it first with install_daemon()"],
    ['notInstalled', 'Worker binary not found for Cpu. Worker binaries must be installed via worker-catalog first!'],
    ['noPorts', 'No ports available (all 8080-9999 in use)'],
    ['notSpawned', 'Failed to spawn monitored daemon'],
    ['timesOut', 'Start daemon timed out after 120 seconds'],
    ['exits', 'Start daemon timed out after 120 seconds'],
    ['failsHealth', 'Daemon started but failed health check'],
  ])('%s fails with the hive’s words', async (mode, reason) => {
    const { run } = await aHive({ spawn: mode, workerBasePort: 18_080, spawnTimeoutMs: 700, healthDelayMs: 10 });
    expect((await run(spawn())).marker).toBe(`[ERROR] ${reason}`);
  });

  it('that times out leaves its process running', async () => {
    const { hive, run } = await aHive({ spawn: 'timesOut', spawnTimeoutMs: 700 });
    const outcome = await run(spawn());
    expect(messageOf(outcome, 'timeout')).toBe('❌ Start daemon TIMED OUT after 120s');
    expect(actions(outcome).slice(-3)).toEqual([expect.stringMatching(/^health_/), 'timeout', 'failed']);
    expect(hive.workers[0]?.alive).toBe(true);
  });

  it.each<[SpawnMode, RegExp]>([
    ['neverHealthy', /^503 /],
    ['neverListens', /^refused$/],
    ['impostor', /^200 <!doctype html>/],
    ['dies', /^refused$/],
  ])('%s claims success, and the worker shows otherwise', async (mode, found) => {
    const { hive, run } = await aHive({ spawn: mode });
    expect((await run(spawn())).marker).toBe('[DONE]');
    await expect.poll(() => health(hive.workers[0]?.port), { timeout: 15_000 }).toMatch(found);
    await hive.until(({ workers }) => workers[0]?.alive === (mode !== 'dies'));
  });

  it('burns a port each time and begins again after a restart', async () => {
    const { hive, run } = await aHive({ spawn: 'real', workerBasePort: 18_081 });
    const ports: unknown[] = [];
    for (const restart of [false, false, true]) {
      if (restart) await hive.restart();
      ports.push(messageOf(await run(spawn()), 'worker_spawn_port'));
    }
    expect(ports).toEqual([18_081, 18_082, 18_081].map((port) => `📍 Assigned port ${port} to worker`));
  });

  it('can use the graphics card where there is one, after an install where it was missing', async () => {
    expect((await (await aHive({ machine: 'gpu24' })).run(spawn('cuda'))).marker).toBe('[DONE]');
    const { run } = await aHive({ machine: 'gpu24', installed: [] });
    expect((await run(spawn('cuda'))).marker).toMatch(/^\[ERROR\] Worker binary not found for Cuda/);
    expect((await run(install('llm-worker-rbee-cuda'))).marker).toBe('[DONE]');
    expect((await run(spawn('cuda'))).marker).toBe('[DONE]');
  });

  it('is cancelled at once and leaves its process running', async () => {
    const { hive, submit, finish, cancel } = await aHive({ spawn: 'timesOut' });
    const id = await submit(spawn());
    const outcome = finish(id);
    await hive.until(({ workers, jobs }) => workers.length === 1 && jobs[0]?.lines.at(-1)?.action === 'health_retry');
    await cancel(id);
    expect((await outcome).marker).toBe('[CANCELLED]');
    expect(hive.workers[0]?.alive).toBe(true);
  });
});

describe('a worker', () => {
  it('fails to generate, or asks for a token, where told to', async () => {
    const { hive, run } = await aHive({ worker: { inferError: 'out of memory', apiToken: 'secret' } });
    await run(spawn());
    const url = `http://127.0.0.1:${hive.workers[0]?.port}`;
    const body = JSON.stringify(operation('infer', { model: '', prompt: 'a', max_tokens: 1, temperature: 1 }));
    const missing = await fetch(`${url}/v1/jobs`, { method: 'POST', body });
    expect(missing.status).toBe(401);
    expect(await missing.json()).toMatchObject({ error: { code: 'MISSING_API_KEY' } });
    const headers = { authorization: 'Bearer secret' };
    const { sse_url: path } = (await (
      await fetch(`${url}/v1/inference`, { method: 'POST', headers, body })
    ).json()) as { sse_url: string };
    const said = await (await fetch(url + path, { headers })).text();
    expect(said).toContain(
      'data: {"type":"error","code":"GENERATION_ERROR","message":"out of memory"}\n\ndata: [DONE]\n\n',
    );
  });

  it('is missing from the telemetry where the system is not Linux', async () => {
    for (const telemetry of [true, false]) {
      const { run, openStream } = await aHive({ telemetry, heartbeatMs: 20 });
      await run(spawn());
      const beats = await openStream('/v1/heartbeats/stream');
      const { workers } = JSON.parse((await beats.next())?.data ?? '') as { workers: unknown[] };
      beats.close();
      expect(workers).toHaveLength(telemetry ? 1 : 0);
    }
  });

  it('is not stopped by a pid that is no worker’s', async () => {
    const { run } = await aHive({ killWaitMs: 10 });
    const outcome = await run(operation('worker_process_delete', { pid: process.pid }));
    expect(actions(outcome)).toContain('worker_proc_del_already_dead');
    expect(outcome.marker).toBe('[DONE]');
  });
});

describe('an install', () => {
  it.each(Object.keys(installFailures) as InstallFailure[])('%s ends with the hive’s words', async (name) => {
    const { run } = await aHive({ installed: [], install: { outcome: name, cloneMs: 0, lineMs: 0 } });
    const { after, error } = installFailures[name];
    const outcome = await run(install());
    const words = error
      .replaceAll('{id}', 'llm-worker-rbee-cpu')
      .replaceAll('{installed}', 'llm-worker-rbee-cpu-0.1.0-linux');
    expect(outcome.marker).toBe(`[ERROR] ${words}`);
    expect(actions(outcome)).toContain(after);
    expect(outcome.raw).not.toMatch(/\{id\}|\{installed\}/);
  });

  it.each([
    ['llm-worker-rbee-rocm', 'Unknown worker type for worker_id: llm-worker-rbee-rocm'],
    ['llm-worker-rbee', 'Unknown worker type for worker_id: llm-worker-rbee'],
    ['llm-worker-rbee-metal', 'Platform incompatible. Worker requires: ["macos"], Current platform: linux'],
    ['llm-worker-rbee-cpu', "Artifact 'llm-worker-rbee-cpu-0.1.0-linux' already exists in catalog"],
    ['no-such', "Worker 'no-such' not found in catalog (HTTP 404 Not Found)"],
  ])('of %s fails even where installs work', async (id, reason) => {
    const { run } = await aHive({ install: { lineMs: 0 } });
    expect((await run(install(id))).marker).toBe(`[ERROR] ${reason}`);
  });

  it('does not reach the catalog on a normal machine of today', async () => {
    const { run } = await aHive({ install: 'real' });
    expect((await run(install())).marker).toBe('[ERROR] Failed to fetch worker metadata');
  });

  it('begins a new line of the event where the build prints a carriage return', async () => {
    const { run } = await aHive({ installed: [], install: { lineMs: 0, buildLines: ['10%\r100%'] } });
    const { raw, marker } = await run(install());
    expect(raw).toContain('\ndata: 10%\rdata: 100%\ndata: \n\n');
    expect(marker).toBe('[DONE]');
  });

  it('may be cancelled while it builds, and says so in one of two ways', async () => {
    for (const [cancelRace, marker] of [
      ['runner', '[CANCELLED]'],
      ['work', '[ERROR] Build cancelled'],
    ] as const) {
      const { hive, submit, finish, cancel } = await aHive({ cancelRace, install: { lineMs: 60_000 } });
      const id = await submit(install());
      const outcome = finish(id);
      await hive.until(({ jobs }) => jobs[0]?.lines.at(-1)?.message.includes('Compiling'));
      await cancel(id);
      expect((await outcome).marker).toBe(marker);
    }
  });
});

describe('a cancel before the stream is opened', () => {
  it.each([
    ['runner', list, '[CANCELLED]'],
    ['work', list, '[DONE]'],
    ['runner', install(), '[CANCELLED]'],
    ['work', install(), '[ERROR] Installation cancelled'],
    ['work', spawn(), '[CANCELLED]'],
  ] as const)('is won by the %s: %j ends %s', async (cancelRace, payload, marker) => {
    const { submit, cancel, finish } = await aHive({ cancelRace });
    const id = await submit(payload);
    await cancel(id);
    expect((await finish(id)).marker).toBe(marker);
  });
});

describe('the remote catalog', () => {
  it.each([
    ['flat', '[DONE]', 'llm-worker-rbee-cpu'],
    ['consolidated', '[DONE]', 'unknown'],
    [
      'garbage',
      '[ERROR] Failed to parse catalog response: error decoding response body: expected value at line 1 column 1',
      'parse',
    ],
    [
      'absent',
      '[ERROR] Failed to query Hono catalog at http://localhost:8787/workers: error sending request for url (http://localhost:8787/workers)',
      '8787',
    ],
  ] as const)('%s', async (workerCatalog, marker, said) => {
    const { run } = await aHive({ workerCatalog });
    const outcome = await run(operation('worker_catalog_list'));
    expect(outcome.marker).toBe(marker);
    expect(outcome.raw).toContain(said);
  });

  it('tells one worker as JSON', async () => {
    const { run } = await aHive({ workerCatalog: 'consolidated' });
    const get = (id: string) => run(operation('worker_catalog_get', { worker_id: id }));
    expect(JSON.parse(messageOf(await get('llm-worker-rbee'), 'worker_catalog_get_json') ?? '')).toMatchObject({
      id: 'llm-worker-rbee',
    });
    expect((await get('x')).marker).toBe("[ERROR] Worker 'x' not found in catalog");
  });
});
