import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileChoice, Request } from '../../../lib/messages/contract.ts';
import type { Run } from '../../../lib/runs/run.ts';
import type { Settings } from '../../../lib/settings/settings.ts';
import { type HiveOptions, type StandIn, startHive } from '../../hive/start-hive.ts';
import { hubFaults } from '../../hub/faults.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';
import { openTestService, type TestService } from '../runs/test-service.ts';

const repo = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
const subject = `hf:${repo}`;
const large = 'hf:TheBloke/Llama-2-7B-Chat-GGUF';

let hub: Hub;
let hives: StandIn[];
let service: TestService;

beforeEach(async () => {
  hub = await startHub({ maxBytesSent: 65_536 });
});
afterEach(async () => {
  service.terminate();
  await Promise.all([hub.stop(), ...hives.map((hive) => hive.stop())]);
});

/** Returns the hives' addresses. */
async function open(machines: HiveOptions[], settings: Partial<Settings> = {}): Promise<string[]> {
  hives = await Promise.all(
    machines.map((one) => startHive({ kind: 'better', hub: hub.url, heartbeatMs: 20, progressMs: 20, ...one })),
  );
  const urls = hives.map(({ url }) => url);
  const [hive = '', ...others] = urls;
  service = await openTestService({ hive, others, hub: hub.url, settings: { backend: 'auto', ...settings } });
  return urls;
}
const start = async (request: Request<'run/start'>): Promise<Run> => (await service.commands['run/start'](request)).run;
const filesOf = async (request: Request<'subject/choices'>): Promise<FileChoice[]> =>
  (await service.commands['subject/choices'](request)).files;
const fileOf = (files: FileChoice[], quantisation: string): FileChoice => {
  const file = files.find((one) => one.quantisation === quantisation);
  if (!file) throw new Error(`No ${quantisation} in ${JSON.stringify(files)}`);
  return file;
};
const take = (files: FileChoice[], quantisation: string): Promise<Run> =>
  start(fileOf(files, quantisation).start ?? { subject: '' });
const isOver = ({ state }: Run) => ['running', 'failed', 'choose'].includes(state);
const asked = (operation: string) =>
  hives.map(({ jobs }) => jobs.filter((job) => job.operation === operation).map(({ payload }) => payload));

const machine = (gpus: number[], cpu: number): NonNullable<HiveOptions['machine']> => [
  ...gpus.map((vram_gb, index) => ({
    id: `GPU-${index}`,
    name: 'A card',
    device_type: 'gpu' as const,
    vram_gb,
    compute_capability: '8.9',
  })),
  { id: 'CPU-0', name: 'CPU', device_type: 'cpu' as const, vram_gb: cpu, compute_capability: null },
];

describe('a person’s choice', () => {
  it('of somebody whose files all are too large is followed by the choice of one of those files', async () => {
    const [url] = await open([{ machine: machine([], 1) }]);
    const base = 'hf:Qwen/Qwen2.5-0.5B-Instruct';
    await start({ subject: base });
    await service.until((run) => run.choice === 'derivatives');
    const [first] = (await service.commands['subject/choices']({ subject: base, hive: url })).derivatives;
    await start(first?.start ?? { subject: '' });
    await service.until((run) => run.choice === 'no-fit');
    const files = await filesOf({ subject: base });
    expect(files[0]?.fit).toBe('too-large');
    const run = await take(files, 'Q4_K_M');
    await service.until((now) => now.id === run.id && now.model);
    expect(service.run()).toMatchObject({
      subject: base,
      picked: { repo: first?.repo },
      model: expect.stringContaining(`${first?.repo}:`),
    });
  });

  it('of a file from the list of the best hive goes to that hive', async () => {
    const [small, big] = await open([{ machine: 'small' }, { machine: 'gpu24' }]);
    await service.commands['hive/prefer']({ url: small });
    await start({ subject: large });
    await service.until((run) => run.state === 'choose');
    const files = await filesOf({ subject: large, hive: 'best' });
    expect(fileOf(files, 'Q4_K_M').fit).toBe('gpu');
    await take(files, 'Q4_K_M');
    await service.until((run) => run.device);
    expect(service.run()).toMatchObject({ hive: big, device: { backend: 'cuda' } });
  });

  it('of a file from a hive’s list goes to that hive, wherever else the model runs', async () => {
    const [laptop, big] = await open([{ machine: 'laptop' }, { machine: 'gpu24' }]);
    await service.commands['hive/prefer']({ url: laptop });
    const first = await start({ subject });
    await service.until((run) => run.state === 'running');
    await service.commands['hive/prefer']({ url: big });
    const second = await take(await filesOf({ subject }), 'Q4_K_M');
    expect([second.id === first.id, second.hive]).toEqual([false, big]);
  });

  it('of a file, where two runs wait for one, is for the run on that hive', async () => {
    const [one, two] = await open([{ machine: 'small' }, { machine: 'small' }]);
    await start({ subject: large, hive: one });
    await service.until((run) => run.state === 'choose');
    const second = await start({ subject: large, hive: two });
    await service.until((run) => run.id === second.id && run.state === 'choose');
    const taken = await take(await filesOf({ subject: large, hive: two }), 'Q4_K_M');
    expect(taken.id).toBe(second.id);
    expect(service.store.all().map(({ hive, state }) => [hive, state === 'choose'])).toEqual([
      [one, true],
      [two, false],
    ]);
  });

  it('of a kind of worker is taken back by a click without one', async () => {
    const [url] = await open([{ machine: 'laptop', installed: [] }]);
    const run = await start({ subject, backend: 'cuda' });
    await service.until((now) => now.state === 'choose');
    await service.commands['run/cancel']({ id: run.id });
    await service.until((now) => now.state === 'cancelled');
    await service.commands['run/retry']({ id: run.id });
    await service.until((now) => now.attempt === 2 && now.state === 'choose');
    expect(service.run().device?.backend).toBe('cuda');
    await service.commands['run/cancel']({ id: run.id });
    await service.until((now) => now.state === 'cancelled');
    await start({ subject, hive: url });
    await service.until((now) => now.attempt === 3 && now.state === 'choose');
    expect(service.run().device?.backend).toBe('cpu');
  });
});

describe('the kind of worker that a person wants', () => {
  it.each([
    ['cpu', machine([23], 4), 'too-large'],
    ['auto', machine([23], 7), 'gpu'],
    ['cuda', machine([3], 64), 'too-large'],
    ['auto', machine([3], 64), 'cpu'],
    ['metal', machine([], 64), 'cpu'],
  ] as const)('(%s) decides where a file has to fit', async (backend, machine, fit) => {
    await open([{ machine }], { backend });
    expect(fileOf(await filesOf({ subject: large }), 'Q4_K_M').fit).toBe(fit);
    await start({ subject: large });
    await service.until((run) => run.choice ?? run.device);
    expect(service.run().choice).toBe(fit === 'too-large' ? 'no-fit' : undefined);
  });

  it('decides which hive fits best', async () => {
    const [card, memory] = await open([{ machine: machine([23], 7) }, { machine: machine([], 64) }]);
    const byCard = await start({ subject: large, hive: 'best' });
    const byMemory = await start({ subject, hive: 'best', backend: 'cpu' });
    await service.until(() => service.store.all().every(({ device }) => device));
    expect([byCard, byMemory].map(({ id }) => service.store.get(id)?.hive)).toEqual([card, memory]);
  });
});

describe('the device', () => {
  it('of several cards is the one that the numbers were about', async () => {
    await open([{ machine: machine([2, 3], 3) }]);
    await take(await filesOf({ subject: large }), 'Q4_K_M');
    await service.until((run) => run.device);
    expect(service.run().device).toEqual({ backend: 'cuda', index: 1 });
  });

  it('is the largest card where nobody knows the size', async () => {
    hub.setFaults([{ path: '/api/', status: 401, headers: { 'x-error-code': 'GatedRepo' } }]);
    await open([{ machine: machine([12, 47], 64) }]);
    await start({ subject });
    await service.until((run) => run.device);
    expect(service.run().device).toEqual({ backend: 'cuda', index: 1 });
  });

  it('is the processor where a card has less room', async () => {
    await open([{ machine: machine([2], 7) }]);
    await take(await filesOf({ subject: large }), 'Q4_K_M');
    await service.until((run) => run.device);
    expect(service.run().device).toEqual({ backend: 'cpu', index: 0 });
  });
});

describe('what the hive has already', () => {
  it('without a file’s name is run as it is, and the page is told', async () => {
    const [url = ''] = await open([{ machine: 'laptop', models: [repo] }]);
    await service.commands['hive/models']({ hive: url });
    const { files } = await service.commands['subject/choices']({ subject });
    expect(files.filter(({ recommended }) => recommended)).toEqual([]);
    await start({ subject, hive: url });
    await service.until(isOver);
    expect(service.run()).toMatchObject({ state: 'running', model: repo });
    expect(asked('model_download')).toEqual([[expect.objectContaining({ model: repo })]]);
  });

  it('holds up no click while its list is still on the way', async () => {
    const [url = ''] = await open([
      { machine: 'laptop', faults: [{ on: 'submit', operation: 'model_list', delayMs: 3_000, times: 1 }] },
    ]);
    const list = service.commands['hive/models']({ hive: url });
    await hives[0]?.until(({ requests }) => requests.some(({ operation }) => operation === 'model_list'));
    await start({ subject });
    await service.until((run) => run.model, 1_500);
    await list;
  });

  it('is not taken for a file that a person named', async () => {
    const [url = ''] = await open([{ machine: 'laptop', models: [repo] }]);
    await service.commands['hive/models']({ hive: url });
    await start({ subject: `${subject}:Llama-3.2-1B-Instruct-Q8_0.gguf` });
    await service.until(isOver);
    expect(service.run().model).toBe(`${repo}:Llama-3.2-1B-Instruct-Q8_0.gguf`);
  });
});

describe('a hub with a temporary problem', () => {
  it('is asked again when it allows, and the hive is never sent off without a file name', async () => {
    hub.setFaults([{ ...hubFaults.rateLimited, headers: { 'retry-after': '1' }, times: 1 }]);
    await open([{ machine: 'laptop' }]);
    await start({ subject });
    const waiting = await service.until((run) => run.steps.find(({ retry }) => retry));
    expect(waiting).toMatchObject({ name: 'resolve', state: 'active', retry: { count: 1, code: 'hub-busy' } });
    await service.until(isOver);
    expect(asked('model_download').flat()).toMatchObject([{ model: `${repo}:Llama-3.2-1B-Instruct-Q4_K_M.gguf` }]);
  });

  it('fails the run if it asks for more than a minute', async () => {
    hub.setFaults([{ ...hubFaults.rateLimited, headers: { 'retry-after': '61' } }]);
    await open([{ machine: 'laptop' }]);
    await start({ subject });
    await service.until(isOver);
    expect(service.run()).toMatchObject({ state: 'failed', failure: { step: 'resolve', code: 'hub-busy' } });
    expect(asked('model_download').flat()).toEqual([]);
  });
});

it('a repository that the hub has disabled fails the run', async () => {
  hub.setRepos([{ id: repo, files: [{ path: 'x-Q4_K_M.gguf', size: 1e9 }], disabled: true }]);
  await open([{ machine: 'laptop' }]);
  await start({ subject });
  await service.until(isOver);
  expect(service.run()).toMatchObject({ state: 'failed', failure: { code: 'repo-disabled' } });
});

describe('a new attempt while the hub is away', () => {
  it('asks for the file that the last one was about, and still knows its size', async () => {
    await open([{ machine: 'laptop', spawn: 'noPorts' }]);
    const run = await start({ subject });
    await service.until((now) => now.state === 'failed');
    const { model, file } = service.run();
    hub.setFaults([hubFaults.rateLimited]);
    await service.commands['run/retry']({ id: run.id });
    await service.until((now) => now.attempt === 2 && now.state === 'failed');
    expect(service.run()).toMatchObject({ model, file });
    expect(service.run().notes).not.toContain('size-unknown');
  });
});
