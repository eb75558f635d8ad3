import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { createHiveClient } from '../../../lib/hive/client.ts';
import { findUnusedUrl, html, json, never, oneJob, openStream, reply, startServer, stopClock } from './server.ts';
import { begin, event, narration, notFound } from './wire.ts';

type Job = { operation: string; id?: string; pid?: number };

/** Starts a hive whose jobs send what `run` returns. The reply to all other requests is the web UI. */
async function startJobs(run: (job: Job) => string, other?: (line: string, response: ServerResponse) => boolean) {
  const jobs: Job[] = [];
  const hive = await startServer((line, response, { body }) => {
    if (other?.(line, response)) return;
    if (line === 'POST /v1/jobs') {
      jobs.push(JSON.parse(body));
      return json(response, { job_id: `job-${jobs.length}`, sse_url: '' });
    }
    const job = jobs[Number(/^GET \/v1\/jobs\/job-(\d+)\/stream$/.exec(line)?.[1]) - 1];
    if (!job) return reply(response, 200, 'text/html', html);
    openStream(response);
    response.end(begin(job.operation) + run(job));
  });
  return { ...hive, jobs, client: createHiveClient(hive.url) };
}

const model = (id: string) => ({ id, loaded: false, name: 'name', path: `/models/${id}/model.gguf`, size: 5 });
const modelList = (models: unknown) =>
  narration('model_list_result', 'Found some') +
  event(JSON.stringify({ action: 'model_list', payload: { models } }), 'data') +
  narration('model_list_complete', '✅ Model list operation complete') +
  event('[DONE]');

describe('the list of models', () => {
  it('is read from the data event', async () => {
    const { client, jobs } = await startJobs(() => modelList([model('a/b:c.gguf')]));
    expect(await client.models(never)).toEqual([
      { id: 'a/b:c.gguf', path: '/models/a/b:c.gguf/model.gguf', sizeBytes: 5 },
    ]);
    expect(jobs).toEqual([{ operation: 'model_list', hive_id: 'localhost' }]);
  });

  it.each<[string, unknown[], string[]]>([
    ['is empty', [], []],
    ['has invalid entries', [null, 'x', {}, { id: 1 }, { ...model('x/y'), size: -1 }, model('a/b')], ['a/b']],
    [
      'has ids or paths with hidden characters',
      [{ ...model('x/y'), id: 'a\u202e/b' }, { ...model('x/y'), path: '/m\x1b[A' }, model('a/b')],
      ['a/b'],
    ],
    ['has an id that is too long for a request', [model('a'.repeat(521)), model('a/b')], ['a/b']],
  ])('is read if it %s', async (_, models, ids) => {
    const { client } = await startJobs(() => modelList(models));
    expect((await client.models(never)).map(({ id }) => id)).toEqual(ids);
  });

  it('is limited to 10,000 models', async () => {
    const { client } = await startJobs(() => modelList(Array.from({ length: 10_001 }, (_, i) => model(`a/${i}`))));
    expect(await client.models(never)).toHaveLength(10_000);
  });

  it('is returned even if the stream is lost after it', async () => {
    const { client } = await startJobs(() => modelList([model('a/b')]).replace(event('[DONE]'), ''));
    expect(await client.models(never)).toHaveLength(1);
  });

  it.each<[string, string, object]>([
    ['no list', event('[DONE]'), { code: 'hive-protocol' }],
    ['an invalid list', modelList('many'), { code: 'hive-protocol' }],
    ['the data of another action', modelList([]).replace('"model_list"', '"model_get"'), { code: 'hive-protocol' }],
    ['an error', event('[ERROR] bad'), { code: 'hive-rejected', message: 'bad' }],
    ['a cancel', event('[CANCELLED]'), { code: 'cancelled-by-hive' }],
    ['no event', '', { code: 'hive-protocol' }],
    ['the error for a stream that was opened before', event(notFound) + event('[DONE]'), { code: 'hive-protocol' }],
  ])('is an error, never an empty list, if the hive sends %s', async (_, stream, error) => {
    const { client } = await startJobs(() => stream);
    await expect(client.models(never)).rejects.toMatchObject(error);
  });

  it('times out if the job starts and then sends nothing for 30 s', async () => {
    const hive = await startServer((line, response) => {
      if (line.startsWith('POST')) return json(response, { job_id: 'job-1', sse_url: '' });
      openStream(response);
      response.write(begin('model_list'), () => vi.advanceTimersByTime(30_000));
    });
    stopClock();
    const listing = createHiveClient(hive.url).models(never);
    await expect(listing).rejects.toMatchObject({ code: 'hive-unreachable', why: 'timeout' });
  });

  it('throws the abort reason', async () => {
    const controller = new AbortController();
    const reason = new Error('aborted');
    const { client } = await startJobs(() => {
      controller.abort(reason);
      return '';
    });
    await expect(client.models(controller.signal)).rejects.toBe(reason);
  });
});

describe('the list of installed workers', () => {
  const worker = {
    added_at: '2025-11-14T22:45:47Z',
    id: 'llm-worker-rbee-cpu-0.1.0-linux',
    name: 'llm-worker-rbee-cpu-0.1.0-linux',
    path: '/usr/local/bin/llm-worker-rbee-cpu',
    platform: 'Linux',
    size: 123,
    version: '0.1.0',
    worker_type: 'Cpu',
  };
  const listed = (workers: unknown) =>
    narration('worker_list_installed_json', JSON.stringify({ workers })) + event('[DONE]');

  it('is read from JSON in a narration', async () => {
    const { client } = await startJobs(() => listed([worker, { ...worker, id: 7 }, { ...worker, id: 'llm\u200b' }]));
    expect(await client.installedWorkers(never)).toEqual([{ id: worker.id }]);
  });

  it('is complete even if it is longer than the limit for displayed lines', async () => {
    const workers = Array.from({ length: 50 }, (_, i) => ({ ...worker, id: `${worker.id}-${i}` }));
    const { client } = await startJobs(() => listed(workers));
    expect(await client.installedWorkers(never)).toHaveLength(50);
  });

  it.each(['{"workers":', '[]', '{}'])('is an error if the text is %j', async (text) => {
    const stream = narration('worker_list_installed_json', text) + event('[DONE]');
    const { client } = await startJobs(() => stream);
    await expect(client.installedWorkers(never)).rejects.toMatchObject({ code: 'hive-protocol' });
  });
});

describe('the list of worker processes', () => {
  const entry = (pid: number, command: string) =>
    narration('worker_proc_list_entry', `  u ${pid} 0.3 1.2 112 98 ? Sl 12:00 0:01 ${command}`);

  it('contains only workers', async () => {
    const stream = entry(7, 'cargo build --bin llm-worker-rbee-cpu') + entry(8, 'llm-worker-rbee-cpu --port 8080');
    const { client, jobs } = await startJobs(() => stream + event('[DONE]'));
    expect(await client.workerProcesses(never)).toEqual([{ pid: 8, program: 'llm-worker-rbee-cpu', port: 8080 }]);
    expect(jobs).toEqual([{ operation: 'worker_process_list', hive_id: 'localhost' }]);
  });

  it.each<[string, string, object]>([
    ['the hive cannot list them', event('[ERROR] Failed to run ps: not found'), { code: 'hive-rejected' }],
    ['the list is interrupted', entry(8, 'llm-worker-rbee-cpu --port 8080'), { code: 'hive-protocol' }],
  ])('is an error, not an empty list, if %s', async (_, stream, error) => {
    const { client } = await startJobs(() => stream);
    await expect(client.workerProcesses(never)).rejects.toMatchObject(error);
  });
});

describe('deleting a model', () => {
  const deleted = (id: string) =>
    narration('model_delete_complete', `✅ Model '${id}' deleted successfully`) + event('[DONE]');

  /** Starts a hive that lists models by their ids and deletes them by the names of their folders. */
  async function startCatalog(...ids: string[]) {
    let catalog = ids;
    return startJobs(({ operation, id = '' }) => {
      if (operation === 'model_list') return modelList(catalog.map(model));
      catalog = catalog.filter((entry) => entry.replaceAll(/[/:]/g, '-') !== id);
      return deleted(id);
    });
  }

  it('sends the name of its folder and returns the list without the model', async () => {
    const { client, jobs } = await startCatalog('a/b:c.gguf', 'x/y');
    expect(await client.deleteModel('a/b:c.gguf', never)).toMatchObject([{ id: 'x/y' }]);
    expect(jobs.map(({ operation, id }) => [operation, id])).toEqual([
      ['model_list', undefined],
      ['model_delete', 'a-b-c.gguf'],
      ['model_list', undefined],
    ]);
  });

  it.each<[string, string[], string]>([
    ['shares its folder with another', ['a/b-c', 'a-b/c'], 'a/b-c'],
    ['leads out of its folder', ['../etc'], '../etc'],
    ['leads out of its folder in the middle', ['a/b:../c'], 'a/b:../c'],
    ['is an absolute path', ['/etc/passwd'], '/etc/passwd'],
    ['is empty and listed', [''], ''],
    ['is the parent folder', ['.'], '.'],
    ['leads out of its folder with backslashes', ['a\\..\\b'], 'a\\..\\b'],
  ])('sends nothing if the id %s', async (_, ids, id) => {
    const { client, jobs } = await startCatalog(...ids);
    await expect(client.deleteModel(id, never)).rejects.toMatchObject({ code: 'not-deleted' });
    expect(jobs.map(({ operation }) => operation)).toEqual(['model_list']);
  });

  it.each([
    ['is not listed any more', 'a/c'],
    ['is the name of the folder', 'a-b'],
    ['is empty', ''],
  ])('sends nothing and returns the list if the id %s', async (_, id) => {
    const { client, jobs } = await startCatalog('a/b');
    expect(await client.deleteModel(id, never)).toMatchObject([{ id: 'a/b' }]);
    expect(jobs.map(({ operation }) => operation)).toEqual(['model_list']);
  });

  it('is an error if the hive reports success but still lists the model', async () => {
    const { client } = await startJobs(({ operation, id = '' }) =>
      operation === 'model_list' ? modelList([model('a/b')]) : deleted(id),
    );
    await expect(client.deleteModel('a/b', never)).rejects.toMatchObject({ code: 'not-deleted' });
  });

  it('throws the hive’s text if it fails', async () => {
    const { client } = await startJobs(({ operation }) =>
      operation === 'model_list' ? modelList([model('a/b')]) : event("[ERROR] Artifact 'a-b' not found in catalog"),
    );
    const deleting = client.deleteModel('a/b', never);
    await expect(deleting).rejects.toMatchObject({ message: "Artifact 'a-b' not found in catalog" });
  });
});

const sample = (workers: unknown[]) => ({
  type: 'telemetry',
  hive_id: 'localhost',
  hive_info: { id: 'localhost', hostname: '127.0.0.1', port: 7835, operational_status: 'ready', version: '0.1.0' },
  timestamp: '2025-11-14T22:45:47.123456789+00:00',
  workers,
});
const process4242 = {
  pid: 4242,
  group: 'llm',
  instance: '8080',
  cpu_pct: 0,
  rss_mb: 512,
  uptime_s: 61,
  gpu_util_pct: 0,
  vram_mb: 100,
  total_vram_mb: 24_576,
  model: 'org/name',
};
const heartbeat = (body: unknown) => event(typeof body === 'string' ? body : JSON.stringify(body), 'heartbeat');

const startTelemetry = (stream: string, keepOpen = true) =>
  startServer((_, response) => {
    openStream(response);
    response.write(stream);
    if (!keepOpen) response.end();
  });

describe('telemetry', () => {
  it('is read from the first event, and then the connection is closed', async () => {
    let closed: Promise<unknown> | undefined;
    const hive = await startServer((_, response) => {
      openStream(response);
      closed = once(response, 'close');
      response.write(heartbeat(sample([process4242])));
    });
    expect(await createHiveClient(hive.url).telemetry(never)).toEqual({
      id: 'localhost',
      version: '0.1.0',
      workers: [
        {
          pid: 4242,
          port: 8080,
          model: 'org/name',
          rssMb: 512,
          vramMb: 100,
        },
      ],
    });
    await closed;
    expect(hive.lines()).toEqual(['GET /v1/heartbeats/stream']);
  });

  it('skips events that are not telemetry', async () => {
    const stream = [
      event(JSON.stringify(sample([]))), // Without an event name.
      heartbeat('{"type":"telemetry"'),
      heartbeat({ type: 'queen', hive_ids: ['localhost'] }),
      heartbeat({ ...sample([]), hive_id: 'a\u202eb' }),
      heartbeat({ ...sample([]), hive_id: 'the right one' }),
    ];
    const hive = await startTelemetry(stream.join(''));
    expect(await createHiveClient(hive.url).telemetry(never)).toMatchObject({ id: 'the right one' });
  });

  it.each<[string, unknown[], { port?: number; [field: string]: unknown }[]]>([
    ['no model', [{ ...process4242, model: null }], [{ pid: 4242, port: 8080 }]],
    ['a hidden character in the model', [{ ...process4242, model: 'org/na\u202eme' }], [{ pid: 4242, port: 8080 }]],
    ['an instance that is not a port', [{ ...process4242, instance: 'a' }], [{ pid: 4242, model: 'org/name' }]],
    ['an instance beyond the ports', [{ ...process4242, instance: '70000' }], [{ pid: 4242, model: 'org/name' }]],
    ['no numbers', [{ pid: 1, instance: '8080', group: 'llm' }], [{ pid: 1, port: 8080 }]],
    [
      'an invalid pid',
      [
        { ...process4242, pid: 0 },
        { ...process4242, pid: -1 },
        { ...process4242, pid: 2 ** 31 },
      ],
      [],
    ],
  ])('is read without the unusable data of workers with %s', async (_, wire, workers) => {
    const hive = await startTelemetry(heartbeat(sample(wire)));
    const listed = (await createHiveClient(hive.url).telemetry(never))?.workers;
    expect(listed).toMatchObject(workers);
    const details = (list = listed) => list?.map(({ port, model }) => [port, model]);
    expect(details()).toEqual(workers.map(({ port, model }) => [port, model]));
  });

  it.each<[string, () => Promise<string>]>([
    ['nothing listens', findUnusedUrl],
    ['the reply is a web page', async () => (await startServer((_, r) => reply(r, 200, 'text/html', html))).url],
    ['the stream ends at once', async () => (await startTelemetry('', false)).url],
  ])('is undefined if %s', async (_, start) => {
    expect(await createHiveClient(await start()).telemetry(never)).toBeUndefined();
  });

  it('is undefined if no event is received within 2.5 s', async () => {
    const hive = await startServer((_, response) => {
      openStream(response);
      vi.advanceTimersByTime(2_500);
    });
    stopClock();
    expect(await createHiveClient(hive.url).telemetry(never)).toBeUndefined();
  });

  it('throws the abort reason', async () => {
    const controller = new AbortController();
    const reason = new Error('aborted');
    const hive = await startServer((_, response) => {
      openStream(response);
      controller.abort(reason);
    });
    await expect(createHiveClient(hive.url).telemetry(controller.signal)).rejects.toBe(reason);
  });
});

describe('stopping a worker', () => {
  const withTelemetry = (workers: unknown[]) => (line: string, response: ServerResponse) => {
    if (line !== 'GET /v1/heartbeats/stream') return false;
    openStream(response);
    response.write(heartbeat(sample(workers)));
    return true;
  };
  const processes =
    (found: string) =>
    ({ operation }: Job) =>
      (operation === 'worker_process_get' ? found : narration('worker_proc_del_ok', '✅ deleted')) + event('[DONE]');
  const ps = (command: string) => narration('worker_proc_get_found', `✅ PID 4242: PID COMMAND\n4242 ${command}`);

  it('is requested if telemetry lists the pid', async () => {
    const { client, jobs } = await startJobs(processes(''), withTelemetry([process4242]));
    expect(await client.stopWorker(4242, never)).toBe('stopped');
    expect(jobs).toEqual([{ operation: 'worker_process_delete', hive_id: 'localhost', pid: 4242 }]);
  });

  it.each(['/usr/local/bin/llm-worker-rbee-cpu --port 8080', '/home/u/.local/bin/worker-cpu-8080 --port 8080'])(
    'is requested if telemetry lists nothing and the process is %s',
    async (command) => {
      const { client, jobs } = await startJobs(processes(ps(command)), withTelemetry([]));
      expect(await client.stopWorker(4242, never)).toBe('stopped');
      expect(jobs.map(({ operation }) => operation)).toEqual(['worker_process_get', 'worker_process_delete']);
    },
  );

  it('is not requested if the pid belongs to another program', async () => {
    const { client, jobs } = await startJobs(
      processes(ps('/usr/bin/firefox')),
      withTelemetry([{ ...process4242, pid: 4243 }]),
    );
    await expect(client.stopWorker(4242, never)).rejects.toMatchObject({ code: 'not-stopped' });
    expect(jobs.map(({ operation }) => operation)).toEqual(['worker_process_get']);
  });

  it('is not needed if the process has ended', async () => {
    const { client, jobs } = await startJobs(() => event('[ERROR] Process 4242 not found'), withTelemetry([]));
    expect(await client.stopWorker(4242, never)).toBe('gone');
    expect(jobs.map(({ operation }) => operation)).toEqual(['worker_process_get']);
  });

  it.each([0, -1, 2 ** 31, 1.5, Number.NaN])('is never requested for the pid %d', async (pid) => {
    const { client, requests } = await startJobs(() => event('[DONE]'));
    await expect(client.stopWorker(pid, never)).rejects.toMatchObject({ code: 'not-stopped' });
    expect(requests).toEqual([]);
  });
});

describe('identifying a hive', () => {
  const gpu = { id: 'GPU-1', name: 'RTX 4090', device_type: 'gpu', vram_gb: 24, compute_capability: '8.9' };
  const cpu = { id: 'CPU-0', name: 'CPU (16 cores)', device_type: 'cpu', vram_gb: 64, compute_capability: null };
  type Pages = Record<string, [type: string, body: string, status?: number]>;

  const startPages = (pages: Pages) =>
    startServer((line, response) => {
      const [type, body, status = 200] = pages[line] ?? ['text/html', html];
      reply(response, status, type, body);
    });
  const health: Pages = { 'GET /health': ['text/plain; charset=utf-8', 'ok'] };
  const devices = (...list: unknown[]): [string, string] => ['application/json', JSON.stringify({ devices: list })];

  it('returns its devices', async () => {
    const hive = await startPages({ ...health, 'GET /v1/capabilities': devices(gpu, cpu) });
    expect(await createHiveClient(hive.url).identify(never)).toEqual({
      state: 'connected',
      devices: [
        { id: 'GPU-1', name: 'RTX 4090', kind: 'gpu', memoryGb: 24 },
        { id: 'CPU-0', name: 'CPU (16 cores)', kind: 'cpu', memoryGb: 64 },
      ],
    });
    expect(hive.lines()).toEqual(['GET /health', 'GET /v1/capabilities']);
  });

  it('ignores devices of unknown kinds, and those with hidden characters', async () => {
    const npu = { ...gpu, device_type: 'npu' };
    const hive = await startPages({
      ...health,
      'GET /v1/capabilities': devices(npu, 'x', { ...gpu, name: 'RTX\u202e' }, cpu),
    });
    expect(await createHiveClient(hive.url).identify(never)).toMatchObject({ devices: [{ id: 'CPU-0' }] });
  });

  it('recognises a hive from before 2025-11-01 by its old path', async () => {
    const hive = await startPages({ ...health, 'GET /capabilities': devices(cpu) });
    expect(await createHiveClient(hive.url).identify(never)).toEqual({ state: 'old-hive' });
  });

  it.each<[string, Pages]>([
    ['replies to every path with a page', {}],
    ['is queen-rbee', { 'GET /health': ['text/plain', ''] }],
    ['replies with more than ok', { 'GET /health': ['text/plain', 'ok\n'], 'GET /v1/capabilities': devices(cpu) }],
    [
      'replies ok with an error status',
      { 'GET /health': ['text/plain', 'ok', 500], 'GET /v1/capabilities': devices(cpu) },
    ],
    ['has no capabilities', health],
    ['lists no devices', { ...health, 'GET /v1/capabilities': ['application/json', '{"devices":{}}'] }],
    ['lists devices as text', { ...health, 'GET /v1/capabilities': ['text/plain', '{"devices":[]}'] }],
    ['sends incomplete JSON', { ...health, 'GET /v1/capabilities': ['application/json', '{"devices":['] }],
    ['sends an endless reply', { 'GET /health': ['text/plain', 'o'.repeat(1_100_000)] }],
  ])('returns not-a-hive if the program %s', async (_, pages) => {
    const other = await startPages(pages);
    expect(await createHiveClient(other.url).identify(never)).toEqual({ state: 'not-a-hive' });
  });

  it('returns not-a-hive for a redirect, which is not followed', async () => {
    const hive = await startPages({ ...health, 'GET /v1/capabilities': devices(cpu) });
    const other = await startServer((_, response) => void response.writeHead(301, { location: hive.url }).end());
    expect(await createHiveClient(other.url).identify(never)).toEqual({ state: 'not-a-hive' });
    expect(hive.requests).toEqual([]);
  });

  it('retries once if the connection is closed, as after a machine was suspended', async () => {
    let broken = false;
    const hive = await startServer((line, response) => {
      if (!broken) {
        broken = true;
        response.destroy();
      } else if (line === 'GET /health') reply(response, 200, 'text/plain', 'ok');
      else json(response, { devices: [] });
    });
    expect(await createHiveClient(hive.url).identify(never)).toEqual({ state: 'connected', devices: [] });
  });

  it('returns offline if the hive does not reply in time', async () => {
    const hive = await startServer(() => vi.advanceTimersByTime(5_000));
    stopClock();
    expect(await createHiveClient(hive.url).identify(never)).toEqual({ state: 'offline', why: 'timeout' });
  });

  it('sends only GET requests without a query', async () => {
    const other = await startServer(oneJob(''));
    await createHiveClient(other.url).identify(never);
    expect(other.lines()).toEqual(['GET /health']);
  });
});
