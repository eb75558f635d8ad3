import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFailure } from '../../../lib/hive/failures.ts';
import { createClient } from '../../hive/conformance/client.ts';
import type { Outcome } from '../../hive/conformance/events.ts';
import type { HiveOptions } from '../../hive/options.ts';
import recordings from '../../hive/recordings.json' with { type: 'json' };
import { type StandIn, startHive } from '../../hive/start-hive.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';
import { findFreePort } from '../../net/free-port.ts';

const qwen = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF';
const file = 'qwen2.5-0.5b-instruct-q4_k_m.gguf';
const model = `${qwen}:${file}`;
const gated = 'google/gemma-2-2b-it-GGUF:gemma-2-2b-it.gguf';
const hive_id = 'localhost';

type Recording = keyof typeof recordings;
type Servers = { hive: StandIn; hub: Hub };
type Scenario = {
  recording: Recording;
  payload: unknown;
  hive?: HiveOptions;
  arrange?: (servers: Servers) => unknown;
  /** Runs during the job. */
  meanwhile?: (servers: Servers, job: string) => Promise<unknown>;
};

const download = (id: string) => ({ operation: 'model_download', hive_id, model: id });
const spawn = (worker = 'cpu') => ({ operation: 'worker_spawn', hive_id, model, worker, device: 0 });
const on = (operation: string, fields: object = {}) => ({ operation, hive_id, ...fields });
const run = ({ hive }: Servers, payload: unknown) => createClient(hive.url).run(payload);

/** Starts a download whose connection is cut, so that the next attempt resumes it. */
async function interruptDownload(servers: Servers): Promise<void> {
  servers.hub.setFaults([{ path: /resolve/, cutAt: 0.5 }]);
  await run(servers, download(model));
}

/** Leaves a complete partial file, as after its rename has failed. */
async function completePartialFile(servers: Servers): Promise<void> {
  await interruptDownload(servers);
  const blobs = join(servers.hive.dataDir, '.cache/huggingface/hub', `models--${qwen.replace('/', '--')}`, 'blobs');
  const part = readdirSync(blobs).find((name) => name.endsWith('.part')) ?? '';
  writeFileSync(join(blobs, part), Buffer.alloc(1_048_576));
  servers.hub.setFaults([]);
}

const scenarios: Scenario[] = [
  { recording: 'dl-small', payload: download(model) },
  { recording: 'dl-exists', payload: download(model), hive: { models: [model] } },
  { recording: 'dl-badid', payload: download('name') },
  { recording: 'dl-missing-file', payload: download(`${qwen}:no.gguf`) },
  { recording: 'dl-missing-repo', payload: download('no/such-repo:x.gguf') },
  { recording: 'dl-gated', payload: download(gated) },
  {
    recording: 'gated-token-restart',
    payload: download(gated),
    arrange: async ({ hive }) => {
      hive.set({ hubToken: 'hf_token' });
      const before = await createClient(hive.url).run(download(gated));
      expect(before.marker, 'the token is read when the hive starts').toContain('status code 401');
      await hive.restart();
    },
  },
  { recording: 'dl-nofile-none', payload: download(qwen) },
  { recording: 'dl-nofile-found', payload: download('local/tiny') },
  {
    recording: 'hub-down-nofile',
    payload: download('bartowski/Qwen2.5-0.5B-Instruct-GGUF'),
    hive: { hub: 'http://127.0.0.1:1' },
  },
  { recording: 'hub-down', payload: download(model), hive: { hub: 'http://127.0.0.1:1' } },
  {
    recording: 'hub-503',
    payload: download(model),
    arrange: ({ hub }) => hub.setFaults([{ path: /resolve/, status: 503 }]),
  },
  {
    recording: 'hub-cut',
    payload: download(model),
    arrange: ({ hub }) => hub.setFaults([{ path: /resolve/, cutAt: 0.5 }]),
  },
  {
    recording: 'hub-drop',
    payload: download(model),
    arrange: ({ hub }) => hub.setFaults([{ path: /resolve/, drop: true }]),
  },
  {
    recording: 'hub-cut-again',
    payload: download(model),
    arrange: async (servers) => {
      await interruptDownload(servers);
      servers.hub.setFaults([
        { path: /resolve/, times: 1, delayMs: 0 },
        { path: /resolve/, drop: true },
      ]);
    },
  },
  {
    recording: 'hub-cut-resumed',
    payload: download(model),
    arrange: async (servers) => {
      await interruptDownload(servers);
      servers.hub.setFaults([]);
    },
  },
  { recording: 'part-complete', payload: download(model), arrange: completePartialFile },
  {
    recording: 'disk-copy',
    payload: download(model),
    arrange: ({ hive }) => hive.setFaults([{ after: 'hf_copy_start', fail: 'No space left on device (os error 28)' }]),
  },
  {
    recording: 'cancel-mid',
    payload: download(model),
    arrange: ({ hub }) => hub.setFaults([{ path: /resolve/, holdAt: 0.5 }]),
    meanwhile: async ({ hive, hub }, job) => {
      await hub.until(() => hub.held() > 0);
      await createClient(hive.url).cancel(job);
    },
  },
  {
    recording: 'cancel-then-retry',
    payload: download(model),
    hive: { lockWaitMs: 20 },
    arrange: async ({ hive, hub }) => {
      hub.setFaults([{ path: /resolve/, holdAt: 0.5 }]);
      const client = createClient(hive.url);
      const job = await client.submit(download(model));
      const first = client.finish(job);
      await hub.until(() => hub.held() > 0);
      await client.cancel(job);
      await first;
    },
  },
  { recording: 'list-empty', payload: on('model_list') },
  { recording: 'list-two', payload: on('model_list'), hive: { models: ['a/b:c.gguf', 'd/e:f.gguf'] } },
  { recording: 'get-one', payload: on('model_get', { id: model }), hive: { models: [model] } },
  { recording: 'model-get-none', payload: on('model_get', { id: 'no/such' }) },
  { recording: 'delete-raw', payload: on('model_delete', { id: 'local/tiny' }), hive: { models: ['local/tiny'] } },
  {
    recording: 'delete-raw-2nd',
    payload: on('model_delete', { id: 'local/tiny' }),
    hive: { models: ['local/tiny'] },
    arrange: (servers) => run(servers, on('model_delete', { id: 'local/tiny' })),
  },
  {
    recording: 'delete-sanitised',
    payload: on('model_delete', { id: 'local-tiny' }),
    hive: { models: ['local/tiny'] },
  },
  { recording: 'load', payload: on('model_load', { id: model, device: 'cpu' }) },
  { recording: 'wcat', payload: on('worker_catalog_list') },
  { recording: 'wcatget', payload: on('worker_catalog_get', { worker_id: 'llm-worker-rbee' }) },
  { recording: 'winst', payload: on('worker_list_installed') },
  { recording: 'winstall', payload: on('worker_install', { worker_id: 'llm-worker-rbee-cpu' }) },
  { recording: 'wspawn-none', payload: spawn() },
  { recording: 'wspawn-rocm', payload: spawn('rocm') },
  { recording: 'spawn-nobinary', payload: spawn(), hive: { installed: ['cpu'], spawn: 'binaryMissing' } },
  { recording: 'spawn-cgroup', payload: spawn(), hive: { installed: ['cpu'] } },
  { recording: 'wprocget-none', payload: on('worker_process_get', { pid: 999_999 }) },
  {
    recording: 'wproc-byhand',
    payload: on('worker_process_list'),
    arrange: async (servers) => {
      const { hive } = servers;
      mkdirSync(join(hive.dataDir, 'm'), { recursive: true });
      writeFileSync(join(hive.dataDir, 'm/model.gguf'), '');
      hive.shell(
        `llm-worker-rbee-cpu --worker-id by-hand --model ~/m/model.gguf --model-ref a/b --port ${await findFreePort()} --hive-url http://localhost:7835`,
      );
      const listed = async () => (await run(servers, on('worker_process_list'))).raw;
      await expect.poll(listed).toContain('--model-ref a/b');
    },
  },
  { recording: 'op-infer', payload: on('infer', { model, prompt: 'x', max_tokens: 1, temperature: 0 }) },
  { recording: 'op-status', payload: on('status') },
  { recording: 'op-missing', payload: {} },
  { recording: 'op-nohive', payload: { operation: 'model_list' } },
  { recording: 'op-baddevice', payload: { ...spawn(), device: '0' } },
  { recording: 'op-unknown', payload: { operation: 'x' } },
  { recording: 'json-array', payload: [1] },
  { recording: 'json-null', payload: null },
];

/** Replaces the parts of a text that depend on the machine or the model. */
const normalise = (text: string): string =>
  text
    .replaceAll(/\/\S*?\/\.cache\//g, '~/.cache/')
    .replaceAll(/models--[\w.-]+/g, 'models--repo')
    .replaceAll(/[\da-f]{40,}/g, 'hash')
    .replaceAll(/https:\/\/huggingface\.co\/[^\s:]+/g, 'https://huggingface.co/file')
    .replaceAll(/'[^']*\/[^']*'/g, "'id'")
    .replaceAll(/worker-cpu-\d+/g, 'worker-cpu-port');

const actionsOf = ({ events, narrations }: Outcome): string => {
  const actions = narrations.map(({ action }) => action).filter((action) => action !== 'download_progress');
  const data = events.findLastIndex(({ event }) => event === 'data');
  // The only data event is sent right before the last line.
  return (data < 0 ? actions : actions.toSpliced(-1, 0, '(data)')).join(' ');
};

describe('the stand-in hive by default', () => {
  let servers: Servers;
  beforeEach(async () => {
    const hub = await startHub();
    servers = { hub, hive: await startHive({ hub: hub.url }) };
  });
  afterEach(async () => {
    await servers.hive.stop();
    await servers.hub.stop();
  });

  it.each(scenarios)('has the actions and the final marker of a recorded hive: $recording', async (scenario) => {
    const { payload, hive: options, arrange, meanwhile } = scenario;
    if (options) {
      await servers.hive.stop();
      servers.hive = await startHive({ hub: servers.hub.url, ...options });
    }
    await arrange?.(servers);
    const client = createClient(servers.hive.url);
    const job = await client.submit(payload);
    const [outcome] = await Promise.all([client.finish(job), meanwhile?.(servers, job)]);
    const recorded = recordings[scenario.recording];
    expect(actionsOf(outcome)).toBe(recorded.actions);
    expect(normalise(outcome.marker)).toBe(normalise(recorded.end));
  });

  it('has a scenario for every recording', () => {
    const missing = Object.keys(recordings).filter((name) => !scenarios.some(({ recording }) => recording === name));
    expect(missing).toEqual([]);
  });

  it('lists no worker in its telemetry although one runs that it has reported as failed', async () => {
    await servers.hive.stop();
    servers.hive = await startHive({ installed: ['cpu'], heartbeatMs: 10 });
    await run(servers, spawn());
    const stream = await createClient(servers.hive.url).openStream('/v1/heartbeats/stream');
    expect((await stream.next())?.data).toContain('"workers":[]');
    stream.close();
    const [worker] = servers.hive.workers;
    const health = () => fetch(`http://127.0.0.1:${worker?.port}/health`).catch(() => undefined);
    await expect.poll(async () => (await health())?.status).toBe(200);
    const { raw } = await run(servers, on('worker_process_list'));
    expect(raw).not.toContain(`${worker?.pid}`);
  });
});

describe('every recorded failure', () => {
  const errors = Object.entries(recordings).flatMap(([name, { actions, end }]) =>
    end.startsWith('[ERROR] ') && /model_download|worker_spawn|worker_install/.test(actions)
      ? [[name, end.slice(8)] as const]
      : [],
  );
  const expected: Record<string, string> = {
    'cancel-then-retry': 'download-locked',
    'disk-copy': 'disk',
    'dl-badid': 'unsupported-source',
    'dl-exists': 'exists',
    'dl-gated': 'gated',
    'dl-missing-file': 'file-missing',
    'dl-missing-repo': 'gated',
    'dl-nofile-none': 'no-gguf',
    'gated-token-restart': 'gated',
    'hub-503': 'hub-busy',
    'hub-cut': 'network',
    'hub-cut-again': 'network',
    'hub-down': 'network',
    'hub-down-nofile': 'no-gguf',
    'hub-drop': 'network',
    'part-complete': 'partial-file',
    'spawn-cgroup': 'spawn-unproven',
    'spawn-nobinary': 'spawn-binary',
    winstall: 'worker-install',
    'wspawn-none': 'worker-missing',
    'wspawn-rocm': 'hive-rejected',
  };

  it.each(errors)('is classified: %s', (name, text) => {
    const step = name.includes('spawn') ? 'spawn' : name === 'winstall' ? 'install' : 'download';
    expect(readFailure(step, text)).toBe(expected[name]);
  });
});
