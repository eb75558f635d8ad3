import { spawn as startProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findFreePort } from '../../net/free-port.ts';
import { createClient } from '../conformance/client.ts';
import { messageOf } from '../conformance/events.ts';
import { startHive } from '../start-hive.ts';
import { aHive, list, spawn } from './given.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a hive', () => {
  it('keeps its models and its port over a restart, and forgets its jobs', async () => {
    const { hive, submit, finish, cancel, run, ask } = await aHive({ models: ['a/b:c.gguf'] });
    const id = await submit(list);
    await hive.kill();
    await expect(ask('GET', '/health')).rejects.toThrow('ECONNREFUSED');
    await hive.restart({ add: ['d/e:f.gguf'], remove: ['a/b:c.gguf'] });
    expect((await cancel(id)).status).toBe(404);
    expect((await finish(id)).raw).toContain('Job channel not found');
    expect((await run(list)).raw).toContain('"id":"d/e:f.gguf"');
    expect(hive.models().map((model) => model.id)).toEqual(['d/e:f.gguf']);
  });

  it('breaks every stream when it dies', async () => {
    const { hive, submit, finish, ask } = await aHive({ faults: [{ after: 'model_list_start', pause: true }] });
    const streams = [finish(await submit(list)), ask('GET', '/v1/heartbeats/stream')];
    await hive.until(({ requests }) => requests.filter(({ status }) => status === 200).length === 3);
    await hive.kill();
    for (const stream of await Promise.all(streams)) expect(stream.broken).toBe(true);
  });

  it('goes on with its jobs while its network is down', async () => {
    const { hive, submit, finish, ask } = await aHive({ faults: [{ after: 'model_list_start', pause: true }] });
    const id = await submit(list);
    const broken = finish(id);
    await hive.until(({ jobs }) => jobs[0]?.lines.at(-1)?.action === 'model_list_start');
    await hive.unplug();
    expect((await broken).broken).toBe(true);
    await expect(ask('GET', '/health')).rejects.toThrow('ECONNREFUSED');
    hive.release();
    await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
    await hive.plug();
    expect((await ask('GET', '/health')).body).toBe('ok');
  });

  it('may have a neighbour in the same process', async () => {
    const [one, two] = [await aHive({ models: ['a/b:c.gguf'] }), await aHive({ hiveId: 'two' })];
    expect((await one.run(list)).raw).toContain('Found 1 model(s)');
    expect((await two.run(list)).raw).toContain('Found 0 model(s)');
    const beats = await two.openStream('/v1/heartbeats/stream');
    expect((await beats.next())?.data).toContain('"hive_id":"two"');
    beats.close();
  });

  it('refuses a port that is taken', async () => {
    const { hive } = await aHive();
    await expect(startHive({ port: hive.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('shows the devices it was given', async () => {
    const { ask } = await aHive({ machine: 'twoGpus' });
    const { devices } = JSON.parse((await ask('GET', '/v1/capabilities')).body) as { devices: { id: string }[] };
    expect(devices.map(({ id }) => id)).toEqual(['GPU-0', 'GPU-1', 'CPU-0']);
  });
});

describe('its workers', () => {
  it('end with it, and its folder goes', async () => {
    const hive = await startHive();
    const outcome = await createClient(hive.url).run(spawn());
    expect(outcome.marker).toBe('[DONE]');
    const pid = hive.workers[0]?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    await hive.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(hive.dataDir)).toBe(false);
  });

  it('outlive it where asked, are named, and end when the test does', async () => {
    const { hive, run, openStream } = await aHive({ workersOutlive: true, heartbeatMs: 20 });
    await run(spawn());
    const pids = await hive.kill();
    expect(pids).toEqual([hive.workers[0]?.pid]);
    expect(await (await fetch(`http://127.0.0.1:${hive.workers[0]?.port}/health`)).json()).toEqual({
      status: 'healthy',
    });
    await hive.restart();
    const beats = await openStream('/v1/heartbeats/stream');
    expect((await beats.next())?.data).toContain(`"pid":${pids[0]}`);
    beats.close();
    await hive.stop();
    expect(isAlive(pids[0] ?? 0)).toBe(false);
  });

  it('end by themselves when the hive is killed from outside', async () => {
    const main = fileURLToPath(new URL('../main.ts', import.meta.url));
    const [port, workers] = [await findFreePort(), await findFreePort()];
    const dataDir = await mkdtemp(join(tmpdir(), 'rbee-hive-killed-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    const args = ['--port', `${port}`, '--workers', `${workers}`, '--hub', 'none', '--data', dataDir];
    const child = startProcess(process.execPath, [main, ...args], { stdio: 'ignore' });
    const { ask, run } = createClient(`http://127.0.0.1:${port}`);
    await expect
      .poll(
        () =>
          ask('GET', '/health').then(
            ({ body }) => body,
            () => '',
          ),
        { timeout: 15_000 },
      )
      .toBe('ok');
    const outcome = await run(spawn());
    const pid = Number(/PID: (\d+),/.exec(messageOf(outcome, 'worker_spawn_complete') ?? '')?.[1]);
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});
