import { describe, expect, it } from 'vitest';
import type { FileChoice, Request } from '../../../lib/messages/contract.ts';
import type { Run } from '../../../lib/runs/run.ts';
import type { Settings } from '../../../lib/settings/settings.ts';
import type { HiveOptions } from '../../hive/start-hive.ts';
import { hubFaults } from '../../hub/faults.ts';
import { hive, hives, hub, open as openHives, service } from '../runs/hives.ts';

const repo = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
const subject = `hf:${repo}`;
const large = 'hf:TheBloke/Llama-2-7B-Chat-GGUF';

const open = (machines: HiveOptions[], settings: Partial<Settings> = {}) =>
  openHives(machines, { settings: { backend: 'auto', ...settings } });
const start = async (request: Request<'run/start'>): Promise<Run> => {
  const { id } = await service.handlers['run/start'](request);
  return service.store.get(id) as Run;
};
const filesOf = async (request: Request<'subject/choices'>): Promise<FileChoice[]> =>
  (await service.handlers['subject/choices'](request)).files;
const fileOf = (files: FileChoice[], name: string): FileChoice => {
  const file = files.find((one) => one.name === name);
  if (!file) throw new Error(`No ${name} in ${JSON.stringify(files)}`);
  return file;
};
const choose = (files: FileChoice[], name: string): Promise<Run> => start(fileOf(files, name).start ?? { subject: '' });
const isOver = ({ state }: Run) => ['running', 'failed', 'choose'].includes(state);
const payloadsOf = (operation: string) =>
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

describe('a choice', () => {
  it('of a derivative without a file that fits leads to a choice of one of its files', async () => {
    const [url] = await open([{ machine: machine([], 1) }]);
    const base = 'hf:Qwen/Qwen2.5-0.5B-Instruct';
    await start({ subject: base });
    await service.until((run) => run.choice === 'derivatives');
    const [first] = (await service.handlers['subject/choices']({ subject: base, hive: url })).derivatives;
    await start(first?.start ?? { subject: '' });
    await service.until((run) => run.choice === 'no-fit');
    const files = await filesOf({ subject: base });
    expect(files[0]?.fit).toBe('too-large');
    const run = await choose(files, 'Q4_K_M');
    await service.until((now) => now.id === run.id && now.model);
    expect(service.run()).toMatchObject({
      subject: base,
      picked: { repo: first?.repo },
      model: expect.stringContaining(`${first?.repo}:`),
    });
  });

  it('of a file from the list for the best fit uses the hive with the best fit', async () => {
    const [small, big] = await open([{ machine: 'small' }, { machine: 'gpu24' }]);
    await service.handlers['hive/set-default']({ url: small });
    await start({ subject: large });
    await service.until((run) => run.state === 'choose');
    const files = await filesOf({ subject: large, hive: 'best-fit' });
    expect(fileOf(files, 'Q4_K_M').fit).toBe('gpu');
    await choose(files, 'Q4_K_M');
    await service.until((run) => run.device);
    expect(service.run()).toMatchObject({ hive: big, device: { backend: 'cuda' } });
  });

  it('of a file from a hive’s list uses that hive, even if the model runs on another one', async () => {
    const [laptop, big] = await open([{ machine: 'laptop' }, { machine: 'gpu24' }]);
    await service.handlers['hive/set-default']({ url: laptop });
    const first = await start({ subject });
    await service.until((run) => run.state === 'running');
    await service.handlers['hive/set-default']({ url: big });
    const second = await choose(await filesOf({ subject }), 'Q4_K_M');
    expect([second.id === first.id, second.hive]).toEqual([false, big]);
  });

  it('of a file continues the run that waits for it on that hive', async () => {
    const [one, two] = await open([{ machine: 'small' }, { machine: 'small' }]);
    await start({ subject: large, hive: one });
    await service.until((run) => run.state === 'choose');
    const second = await start({ subject: large, hive: two });
    await service.until((run) => run.id === second.id && run.state === 'choose');
    const chosen = await choose(await filesOf({ subject: large, hive: two }), 'Q4_K_M');
    expect(chosen.id).toBe(second.id);
    expect(service.store.all().map(({ hive, state }) => [hive, state === 'choose'])).toEqual([
      [one, true],
      [two, false],
    ]);
  });

  it('of a backend is kept for retries and ends with a click without a backend', async () => {
    const [url] = await open([{ machine: 'laptop', installed: [] }]);
    const run = await start({ subject, backend: 'cuda' });
    await service.until((now) => now.state === 'choose');
    await service.handlers['run/cancel']({ id: run.id });
    await service.until((now) => now.state === 'cancelled');
    await service.handlers['run/retry']({ id: run.id });
    await service.until((now) => now.attempt === 2 && now.state === 'choose');
    expect(service.run().device?.backend).toBe('cuda');
    await service.handlers['run/cancel']({ id: run.id });
    await service.until((now) => now.state === 'cancelled');
    await start({ subject, hive: url });
    await service.until((now) => now.attempt === 3 && now.state === 'choose');
    expect(service.run().device?.backend).toBe('cpu');
  });
});

describe('the backend of the options', () => {
  it.each([
    ['cpu', machine([23], 4), 'too-large'],
    ['auto', machine([23], 7), 'gpu'],
    ['cuda', machine([3], 64), 'too-large'],
    ['auto', machine([3], 64), 'cpu'],
    ['metal', machine([], 64), 'cpu'],
  ] as const)('(%s) decides which memory a file has to fit into', async (backend, machine, fit) => {
    await open([{ machine }], { backend });
    expect(fileOf(await filesOf({ subject: large }), 'Q4_K_M').fit).toBe(fit);
    await start({ subject: large });
    await service.until((run) => run.choice ?? run.device);
    expect(service.run().choice).toBe(fit === 'too-large' ? 'no-fit' : undefined);
  });

  it('decides which hive is the best fit', async () => {
    const [card, memory] = await open([{ machine: machine([23], 7) }, { machine: machine([], 64) }]);
    const byCard = await start({ subject: large, hive: 'best-fit' });
    const byMemory = await start({ subject, hive: 'best-fit', backend: 'cpu' });
    await service.until(() => service.store.all().every(({ device }) => device));
    expect([byCard, byMemory].map(({ id }) => service.store.get(id)?.hive)).toEqual([card, memory]);
  });
});

describe('the device', () => {
  it('is the GPU that the file fits on', async () => {
    await open([{ machine: machine([2, 3], 3) }]);
    await choose(await filesOf({ subject: large }), 'Q4_K_M');
    await service.until((run) => run.device);
    expect(service.run().device).toEqual({ backend: 'cuda', index: 1 });
  });

  it('is the largest GPU if the size is unknown', async () => {
    hub.setFaults([hubFaults.html]);
    await open([{ machine: machine([12, 47], 64) }]);
    await start({ subject: `${subject}:model.gguf` });
    await service.until((run) => run.device);
    expect(service.run().device).toEqual({ backend: 'cuda', index: 1 });
  });

  it('is the CPU if a GPU has less memory', async () => {
    await open([{ machine: machine([2], 7) }]);
    await choose(await filesOf({ subject: large }), 'Q4_K_M');
    await service.until((run) => run.device);
    expect(service.run().device).toEqual({ backend: 'cpu', index: 0 });
  });
});

describe('a model on the hive', () => {
  it('that was downloaded without a file name is run under its id', async () => {
    const [url = ''] = await open([{ machine: 'laptop', models: [repo] }]);
    await service.handlers['hive/models']({ hive: url });
    const { files } = await service.handlers['subject/choices']({ subject });
    expect(files.filter(({ marks }) => marks.includes('recommended'))).toEqual([]);
    await start({ subject, hive: url });
    await service.until(isOver);
    expect(service.run()).toMatchObject({ state: 'running', model: repo });
    expect(payloadsOf('model_download')).toEqual([[expect.objectContaining({ model: repo })]]);
  });

  it('is not waited for while the list of models is loading', async () => {
    const [url = ''] = await open([
      { machine: 'laptop', faults: [{ on: 'submit', operation: 'model_list', hang: true }] },
    ]);
    void Promise.resolve(service.handlers['hive/models']({ hive: url })).catch(() => {});
    await hive.until(({ requests }) => requests.some(({ operation }) => operation === 'model_list'));
    await start({ subject });
    await service.until((run) => run.model);
  });

  it('is not used for a click that names another file', async () => {
    const [url = ''] = await open([{ machine: 'laptop', models: [repo] }]);
    await service.handlers['hive/models']({ hive: url });
    await start({ subject: `${subject}:Llama-3.2-1B-Instruct-Q8_0.gguf` });
    await service.until(isOver);
    expect(service.run().model).toBe(`${repo}:Llama-3.2-1B-Instruct-Q8_0.gguf`);
  });
});

it('a click on a file in a list whose run is gone starts that file', async () => {
  await open([{ machine: 'laptop' }]);
  const { picked } = await start({ subject: `${subject}:other-Q8_0.gguf`, repo: 'a/b' });
  expect(picked).toEqual({ repo: 'a/b', path: 'other-Q8_0.gguf' });
});

it('a retry starts the file that the hive has, whatever was chosen for another model since', async () => {
  await open([{ machine: 'laptop', spawn: 'noPorts' }]);
  const run = await start({ subject });
  await service.until((now) => now.state === 'failed');
  await start({ subject: 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF:qwen2.5-0.5b-instruct-q8_0.gguf' });
  await service.until((now) => now.id !== run.id && now.state === 'failed');
  await service.handlers['run/retry']({ id: run.id });
  await service.until((now) => now.id === run.id && now.attempt === 2 && now.state === 'failed');
  expect(service.run().file?.path).toBe('Llama-3.2-1B-Instruct-Q4_K_M.gguf');
});

describe('a retry while the hub does not respond', () => {
  it('downloads the file of the last attempt, whose size is stored', async () => {
    await open([{ machine: 'laptop', spawn: 'noPorts' }]);
    const run = await start({ subject });
    await service.until((now) => now.state === 'failed');
    const { model, file } = service.run();
    hub.setFaults([hubFaults.rateLimited]);
    await service.handlers['run/retry']({ id: run.id });
    await service.until((now) => now.attempt === 2 && now.state === 'failed');
    expect(service.run()).toMatchObject({ model, file });
    expect(service.run().notes).not.toContain('size-unknown');
  });
});

describe('a model that the worker cannot load', () => {
  it('is not downloaded after a click on a card until the user has chosen a file', async () => {
    await open([{ machine: 'laptop' }]);
    const { id } = await start({ subject, fromCard: true });
    await service.until((run) => run.choice);
    expect(service.run().choice).toBe('not-loadable');
    expect(payloadsOf('model_download')).toEqual([[]]);
    expect((await choose(await filesOf({ subject }), 'Q4_K_M')).id).toBe(id);
    await service.until((run) => run.device);
    expect(service.run().notes).toEqual(['not-loadable']);
  });

  it('is not asked about after a click on a card if the hive has it, which a new service worker does not know yet', async () => {
    await open([{ machine: 'laptop', models: [`${repo}:Llama-3.2-1B-Instruct-Q4_K_M.gguf`] }]);
    await start({ subject, fromCard: true });
    await service.until((run) => run.state === 'running');
    expect(payloadsOf('model_download')).toHaveLength(1);
    expect(service.run().notes).toEqual(['already-there']);
  });

  it('is downloaded after a click on its page, which has the warning', async () => {
    await open([{ machine: 'laptop' }]);
    await start({ subject });
    await service.until((run) => run.device);
    expect(service.run().notes).toEqual(['not-loadable']);
  });
});

it('a file that is chosen while a run waits for its worker to be started is another run', async () => {
  const [hive = ''] = await open([
    {
      kind: 'today',
      machine: 'laptop',
      installed: ['cpu'],
      spawn: 'binaryMissing',
      models: [`${repo}:Llama-3.2-1B-Instruct-Q4_K_M.gguf`],
    },
  ]);
  const { id } = await start({ subject });
  await service.until(() => service.store.get(id)?.choice === 'start-worker');
  const other = await start({ subject: `${subject}:Llama-3.2-1B-Instruct-Q8_0.gguf`, hive });
  expect(other.id).not.toBe(id);
  expect(service.store.get(id)).toMatchObject({ choice: 'start-worker', hive });
});

describe('without a list of files', () => {
  it.each([
    ['a web page instead of the hub', subject, hubFaults.html],
    ['a reply that is cut off', subject, hubFaults.malformed],
    ['a reply of another shape', subject, hubFaults.wrongShape],
    ['a timeout reported by a proxy', subject, { ...hubFaults.serverError, status: 408 }],
    [
      'derivatives that are not listed now',
      'hf:Qwen/Qwen2.5-0.5B-Instruct',
      { ...hubFaults.rateLimited, path: '/api/models?' },
    ],
  ])('the hub is asked again later, and the hive is not asked to find a file (%s)', async (_, model, fault) => {
    hub.setFaults([fault]);
    await open([{ machine: 'laptop' }]);
    await start({ subject: model });
    await service.until((run) => run.state === 'failed' || run.steps.some(({ retry }) => retry));
    expect(service.run().state).toBe('resolving');
    expect(payloadsOf('model_download')).toEqual([[]]);
  });

  it('the run fails if the hub refuses the request, and the hive is not asked to find a file', async () => {
    hub.setFaults([{ ...hubFaults.serverError, status: 403 }]);
    await open([{ machine: 'laptop' }]);
    await start({ subject });
    await service.until(isOver);
    expect(service.run().failure).toMatchObject({ code: 'hub-protocol', step: 'resolve' });
    expect(payloadsOf('model_download')).toEqual([[]]);
  });
});
