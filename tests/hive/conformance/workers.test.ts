import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { actions, messageOf, type Outcome, operation } from './events.ts';
import { modifyingTest, samples, suite, target } from './target.ts';

const { openStream, run } = createClient(target.url);

type Installed = { id: string; name: string; path: string; worker_type: string; platform: string; version: string };
type Telemetry = { workers: { pid: number; instance: string; model: string | null }[] };

async function installed(): Promise<Installed[]> {
  const outcome = await run(operation('worker_list_installed'));
  return (JSON.parse(messageOf(outcome, 'worker_list_installed_json') ?? '') as { workers: Installed[] }).workers;
}

function expectShape(worker: Installed | undefined): void {
  expect(worker?.worker_type).toMatch(/^(?:Cpu|Cuda|Metal|Rocm)$/);
  expect(worker?.platform).toMatch(/^(?:Linux|MacOS|Windows)$/);
  expect(worker?.name).toBe(worker?.id);
}

const spawn = (worker: string, model = 'org/name:file.gguf'): Promise<Outcome> =>
  run(operation('worker_spawn', { model, worker, device: 0 }));

/** The known errors of a spawn. */
const spawnFailures = [
  /^\[ERROR\] Worker binary not found for (?:Cpu|Cuda|Metal)\. Worker binaries must be installed via worker-catalog first!$/,
  /^\[ERROR\] Binary 'worker-cpu-\d+' not found locally\. Install it first with install_daemon\(\)$/,
  /^\[ERROR\] No ports available \(all 8080-9999 in use\)$/,
  /^\[ERROR\] Failed to spawn monitored daemon$/,
  /^\[ERROR\] Start daemon timed out after 120 seconds$/,
  /^\[ERROR\] Daemon started but failed health check$/,
];

suite('installed workers', () => {
  test('are listed as JSON in a narration, not in a data event', async () => {
    const outcome = await run(operation('worker_list_installed'));
    expect(actions(outcome).slice(2)).toEqual([
      'worker_list_installed_start',
      'worker_list_installed_count',
      'worker_list_installed_ok',
      'worker_list_installed_json',
    ]);
    expect(outcome.events.every(({ event }) => event === undefined)).toBe(true);
    const workers = await installed();
    expect(messageOf(outcome, 'worker_list_installed_count')).toBe(`Found ${workers.length} installed workers`);
    for (const worker of workers) expectShape(worker);
  });
});

suite('worker_spawn', () => {
  modifyingTest('fails without assigning a port if no worker binary is installed', async () => {
    const types = (await installed()).map(({ worker_type: type }) => type);
    const kinds = { cpu: 'Cpu', cuda: 'Cuda', metal: 'Metal' };
    for (const [kind, type] of Object.entries(kinds)) {
      if (types.includes(type)) continue;
      const outcome = await spawn(kind);
      expect(outcome.marker).toBe(
        `[ERROR] Worker binary not found for ${type}. Worker binaries must be installed via worker-catalog first!`,
      );
      expect(actions(outcome)).not.toContain('worker_spawn_port');
    }
  });
});

suite('worker processes', () => {
  test('are listed together with their number', async () => {
    const outcome = await run(operation('worker_process_list'));
    const entries = outcome.narrations.filter(({ action }) => action === 'worker_proc_list_entry');
    expect(messageOf(outcome, 'worker_proc_list_result')).toBe(`Found ${entries.length} worker process(es)`);
    expect(messageOf(outcome, 'worker_proc_list_empty')).toBe(
      entries.length > 0 ? undefined : 'No worker processes found',
    );
    for (const { message } of entries) expect(message).toMatch(/^ {2}\S+ +\d+ /);
  });
});

suite('installing and spawning a worker', () => {
  modifyingTest('worker_install sends its phases, and ends with an installed worker or an error', async () => {
    const outcome = await run(operation('worker_install', { worker_id: samples.worker }));
    expect(actions(outcome).slice(2, 9)).toEqual([
      'worker_install_start',
      'fetch_metadata',
      'fetch_url',
      'build_client',
      'build_client_ok',
      'send_request',
      outcome.marker === '[ERROR] Failed to fetch worker metadata' ? 'failed' : 'send_request_ok',
    ]);
    if (outcome.marker === '[DONE]') {
      const order = [
        'check_platform_ok',
        'download_pkgbuild_ok',
        'parse_pkgbuild_ok',
        'check_deps_ok',
        'create_temp_ok',
      ];
      order.push('preflight_ok', 'fetch_sources_ok', 'build_complete', 'package_complete', 'install_binary_ok');
      order.push('catalog_add_ok', 'update_caps_ok', 'cleanup_ok', 'install_complete', 'worker_install_complete');
      expect(actions(outcome).filter((action) => order.includes(action))).toEqual(order);
      const added = (await installed()).find(({ id }) => new RegExp(`^${samples.worker}-.*-[a-z]+$`).test(id));
      expectShape(added);
    } else {
      expect(outcome.marker).toMatch(/^\[ERROR\] ./);
    }
    if (target.standIn) expect(outcome.marker).toBe('[DONE]');
  });

  modifyingTest('a second worker_install of the same version fails', async () => {
    const { marker } = await run(operation('worker_install', { worker_id: samples.worker }));
    expect(marker).toMatch(/^\[ERROR\] ./);
    if (target.standIn)
      expect(marker).toBe(`[ERROR] Artifact '${samples.worker}-0.1.0-linux' already exists in catalog`);
  });

  modifyingTest('worker_spawn starts a worker that responds, or ends with a known error', async () => {
    const outcome = await spawn('cpu', samples.model);
    if (!target.standIn && outcome.marker !== '[DONE]') {
      expect(
        spawnFailures.some((failure) => failure.test(outcome.marker)),
        outcome.marker,
      ).toBe(true);
      return;
    }
    const last = messageOf(outcome, 'worker_spawn_complete') ?? '';
    const [, name, pid, port] = /^✅ Worker '(.*)' spawned \(PID: (\d+), port: (\d+)\)$/.exec(last) ?? [];
    expect(name).toBe(`worker-cpu-${port}`);
    expect(messageOf(outcome, 'worker_spawn_port')).toBe(`📍 Assigned port ${port} to worker`);
    expect(messageOf(outcome, 'started')).toBe(`✅ Daemon started with PID: ${pid}`);

    const worker = `http://${new URL(target.url).hostname}:${port}`;
    const health = await fetch(`${worker}/health`);
    expect(await health.json()).toEqual({ status: 'healthy' });
    expect(health.headers.get('access-control-allow-origin')).toBeNull();
    await expectTokens(worker);
    await expectTelemetry(Number(pid), String(port));
    await expectStop(Number(pid));
    await expect(fetch(`${worker}/health`)).rejects.toThrow();
  });
});

async function expectTokens(worker: string): Promise<void> {
  const post = (operationName: string) =>
    fetch(`${worker}/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        operation(operationName, { model: samples.model, prompt: 'Once upon a time', max_tokens: 3, temperature: 0.7 }),
      ),
    });
  const { job_id: id, sse_url: path } = (await (await post('infer')).json()) as { job_id: string; sse_url: string };
  expect(path).toBe(`/v1/jobs/${id}/stream`);
  const events = (await (await fetch(worker + path)).text())
    .split('\n\n')
    .slice(0, -1)
    .map((event) => event.slice('data: '.length));
  expect(events.at(-1)).toBe('[DONE]');
  const [started, ...tokens] = events.slice(0, -1).map((event) => JSON.parse(event) as Record<string, unknown>);
  expect(started).toMatchObject({ type: 'started', job_id: id });
  expect(tokens.length).toBeGreaterThan(0);
  expect(tokens.length).toBeLessThanOrEqual(3);
  for (const [i, token] of tokens.entries()) expect(token).toEqual({ type: 'token', t: expect.any(String), i });
  expect((await fetch(worker + path)).status).toBe(500);
  expect((await fetch(`${worker}/v1/jobs/none/stream`)).status).toBe(404);
  expect((await post('model_list')).status).toBe(500);
}

async function expectTelemetry(pid: number, port: string): Promise<void> {
  const stream = await openStream('/v1/heartbeats/stream');
  const { data } = await stream.until(({ event }) => event === 'heartbeat');
  stream.close();
  const { workers } = JSON.parse(data) as Telemetry;
  // Only on Linux does telemetry include processes.
  if (workers.length > 0)
    expect(workers).toContainEqual(expect.objectContaining({ pid, instance: port, model: samples.model }));
}

async function expectStop(pid: number): Promise<void> {
  const found = await run(operation('worker_process_get', { pid }));
  expect(messageOf(found, 'worker_proc_get_found')).toMatch(new RegExp(`^✅ PID ${pid}: +PID COMMAND\\n *${pid} `));
  const outcome = await run(operation('worker_process_delete', { pid }));
  expect(actions(outcome).slice(2)).toEqual(['worker_proc_del_start', 'worker_proc_del_sigterm', 'worker_proc_del_ok']);
  expect((await run(operation('worker_process_get', { pid }))).marker).toBe(`[ERROR] Process ${pid} not found`);
}
