import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import '../english.ts';
import type { Offer, OfferItem } from '../../../lib/messages/contract.ts';
import type { Settings } from '../../../lib/settings/settings.ts';
import { hiveFaults } from '../../hive/faults.ts';
import { type HiveOptions, type StandIn, startHive } from '../../hive/start-hive.ts';
import { hubFaults } from '../../hub/faults.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';
import { type Desk, openDesk } from '../runs/desk.ts';

const repo = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
const file = 'Llama-3.2-1B-Instruct-Q4_K_M.gguf';
const subject = `hf:${repo}`;

let hub: Hub;
let hives: StandIn[];
let desk: Desk;

beforeEach(async () => {
  hub = await startHub({ maxBytesSent: 65_536 });
  hives = [];
});
afterEach(async () => {
  desk.die();
  await Promise.all([hub.stop(), ...hives.map((hive) => hive.stop())]);
});

async function open(options: HiveOptions[] = [{}], settings: Partial<Settings> = {}): Promise<StandIn> {
  hives = await Promise.all(options.map((one) => startHive({ hub: hub.url, heartbeatMs: 20, progressMs: 20, ...one })));
  const [first, ...others] = hives.map(({ url }) => url);
  desk = await openDesk({ hive: first ?? '', others, hub: hub.url, settings: { backend: 'auto', ...settings } });
  return hives[0] as StandIn;
}

const offer = async (text = subject, hive?: string): Promise<Offer> =>
  desk.commands['subject/offer']({ subject: text, hive });
const group = ({ groups }: Offer, title: string): OfferItem[] => groups.find((one) => one.title === title)?.items ?? [];
const usual = (items: OfferItem[]) => items.filter((item) => item.usual).map(({ text }) => text);
const withText = (items: OfferItem[], text: string) => items.find((item) => item.text.startsWith(text));

describe('for a model, the page is told', () => {
  it('which file a click takes, how large it is, and what room it needs', async () => {
    await open();
    const told = await offer();
    expect(told.detail).toMatch(/^Q4_K_M · 0\.8\sGB$/);
    expect(told.told).toEqual([]);
    expect(told.telling).toBeUndefined();
    expect(told.groups.map(({ title }) => title)).toEqual(['File']);
    const files = group(told, 'File');
    expect(usual(files)).toEqual([told.detail]);
    expect(withText(files, 'Q8_0')?.start).toEqual({
      subject: `${subject}:Llama-3.2-1B-Instruct-Q8_0.gguf`,
    });
    expect(withText(files, 'Q8_0')?.hint).toMatch(
      /^fits the memory · needs about \d\.\d\sGB, \d+\.\d\sGB can be used · \d\.\d\sGB on the disk$/,
    );
  });

  it('that it fits the graphics memory, without numbers nobody needs', async () => {
    await open([{ machine: 'gpu24' }]);
    expect(withText(group(await offer(), 'File'), 'Q8_0')?.hint).toMatch(
      /^fits the graphics memory · \d\.\d\sGB on the disk$/,
    );
  });

  it('what is too large, with the numbers', async () => {
    await open([{ machine: 'small' }]);
    const told = await offer('hf:TheBloke/Llama-2-7B-Chat-GGUF');
    expect(told.detail).toBeUndefined();
    expect(told.told).toEqual([expect.stringContaining('No file of this model fits')]);
    for (const { hint, start } of group(told, 'File')) {
      expect(hint).toMatch(/^too large for this hive · needs about \d+\.\d\sGB, 1\.1\sGB can be used/);
      expect(start, 'a person may take one all the same').toBeDefined();
    }
  });

  it('that a file is on this hive already', async () => {
    await open([{ models: [`${repo}:${file}`] }]);
    const told = await offer();
    expect([told.there, told.told]).toEqual([true, []]);
    expect(withText(group(told, 'File'), 'Q4_K_M')?.hint).toMatch(/ · on the hive already$/);
    expect(withText(group(told, 'File'), 'Q8_0')?.hint).not.toContain('already');
  });

  it('that a file runs, by the run itself', async () => {
    await open([{ models: [`${repo}:${file}`], telemetry: false }]);
    await desk.commands['run/start']({ subject });
    await desk.until((run) => run.state === 'running');
    expect(withText(group(await offer(), 'File'), 'Q4_K_M')?.hint).toMatch(/ · running$/);
  });

  it('that a file runs, by the hive’s telemetry', async () => {
    const hive = await open([{ models: [`${repo}:${file}`] }]);
    const other = await openDesk({ hive: hive.url, hub: hub.url });
    await other.commands['run/start']({ subject });
    await other.until((run) => run.state === 'running');
    expect(withText(group(await offer(), 'File'), 'Q4_K_M')?.hint).toMatch(/ · running$/);
    other.die();
  });

  it('why a model in several parts cannot be taken', async () => {
    await open();
    const split = withText(group(await offer('hf:Qwen/Qwen2.5-7B-Instruct-GGUF'), 'File'), 'Q4_K_M');
    expect(split).toEqual({
      text: expect.any(String),
      hint: 'in several parts, which the hive cannot join',
      off: true,
    });
  });

  it('which of two files with the same label is which', async () => {
    hub.setRepos([
      {
        id: 'a/folders',
        files: ['x/m-Q4_K_M.gguf', 'y/m-Q4_K_M.gguf'].map((path) => ({ path, size: 1e9 })),
      },
      {
        id: 'a/names',
        files: ['m-i1-Q4_K_M.gguf', 'm-Q4_K_M.gguf', 'm-Q8_0.gguf'].map((path) => ({ path, size: 1e9 })),
      },
    ]);
    await open();
    const texts = async (text: string) =>
      group(await offer(text), 'File').map((item) => item.text.replace(/ · \S+\sGB$/, ''));
    expect((await texts('hf:a/folders')).toSorted()).toEqual(['Q4_K_M · x', 'Q4_K_M · y']);
    expect((await texts('hf:a/names')).toSorted()).toEqual(['Q4_K_M · m-Q4_K_M', 'Q4_K_M · m-i1-Q4_K_M', 'Q8_0']);
  });

  it('that it is gated, with the way to its licence, and a click still works', async () => {
    await open();
    const told = await offer('hf:google/gemma-2-2b-it-GGUF');
    expect(told.telling).toBe(true);
    expect(told.told).toContain('Its owner wants you to accept a licence first.');
    expect(told.link).toEqual({
      text: 'Accept the licence',
      url: 'https://huggingface.co/google/gemma-2-2b-it-GGUF',
    });
    expect(group(told, 'File').some(({ start }) => start)).toBe(true);
  });

  it('of other people’s uploads where the repository has no GGUF file, and none of them is the usual', async () => {
    await open();
    const told = await offer('hf:Qwen/Qwen2.5-0.5B-Instruct');
    expect(told.detail).toBeUndefined();
    expect(told.told).toEqual([expect.stringContaining('Other people have published')]);
    const items = group(told, 'Published by others');
    expect(items[0]).toEqual({
      text: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF',
      hint: '88K downloads',
      start: { subject: 'hf:Qwen/Qwen2.5-0.5B-Instruct', repo: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF' },
    });
    expect(usual(items)).toEqual([]);
  });

  it.each(['a run that waits for that choice', 'no run yet'])(
    'of uploads that, once taken, are this page’s run, with %s',
    async (before) => {
      const hive = await open();
      const base = 'hf:Qwen/Qwen2.5-0.5B-Instruct';
      if (before !== 'no run yet') {
        await desk.commands['run/start']({ subject: base });
        await desk.until(({ state }) => state === 'choose');
      }
      const [item] = group(await offer(base), 'Published by others');
      await desk.commands['run/start'](item?.start ?? { subject: '' });
      await desk.until(({ state }) => state === 'running');
      expect(desk.store.all().map((run) => run.subject)).toEqual([base]);
      expect(hive.models().map(({ id }) => id)).toEqual([expect.stringContaining('Qwen/Qwen2.5-0.5B-Instruct-GGUF:')]);
    },
  );

  it('that there is no GGUF file at all', async () => {
    await open();
    expect(await offer('hf:openai-community/gpt2')).toEqual({ told: ['No GGUF file was found.'], groups: [] });
  });

  it.each(['rateLimited', 'serverError', 'unreachable', 'malformed', 'html'] as const)(
    'that the list could not be read, where the hub is %s, and nothing else',
    async (fault) => {
      hub.setFaults([hubFaults[fault]]);
      await open();
      const told = await offer();
      expect(told).toEqual({ told: [expect.stringContaining('could not be read')], groups: [] });
    },
  );

  it('what the hub knows, where no hive answers', async () => {
    const hive = await open();
    await hive.unplug();
    const told = await offer();
    expect(told.detail).toMatch(/^Q4_K_M/);
    expect(withText(group(told, 'File'), 'Q8_0')?.hint).toMatch(/^not known to fit · \d\.\d\sGB on the disk$/);
  });

  it('in time, where neither hub nor hive says anything', { timeout: 8_000 }, async () => {
    hub.setFaults([hubFaults.silent]);
    await open([{ faults: hiveFaults.accepts }]);
    const began = Date.now();
    expect(await offer()).toEqual({ told: [expect.stringContaining('could not be read')], groups: [] });
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  it('nothing of a hive that nobody named', async () => {
    await open();
    await expect(offer(subject, 'http://127.0.0.1:1')).rejects.toMatchObject({ code: 'message-rejected' });
  });
});

describe('for a model and several hives, the page is told', () => {
  it('of each with its largest device, and that the best fit is what a click takes', async () => {
    await open([{ machine: 'laptop' }, { machine: 'gpu24' }]);
    const [laptop, desktop] = hives;
    const told = await offer();
    expect(told.groups.map(({ title }) => title)).toEqual(['Hive', 'File']);
    expect(group(told, 'Hive')).toEqual([
      { text: 'The best fit', hint: '', hive: 'best', usual: true },
      { text: new URL(laptop?.url ?? '').host, hint: 'CPU (8 cores) · 16 GB memory', hive: laptop?.url, usual: false },
      {
        text: new URL(desktop?.url ?? '').host,
        hint: 'NVIDIA GeForce RTX 4090 · 23 GB',
        hive: desktop?.url,
        usual: false,
      },
    ]);
    expect(withText(group(told, 'File'), 'Q8_0')?.hint).toMatch(/^fits the graphics memory · \d\.\d\sGB on the disk$/);
  });

  it('what another hive could do, once a person asks for that one, and clicks go there', async () => {
    await open([{ machine: 'gpu24' }, { machine: 'laptop' }]);
    const url = hives[1]?.url ?? '';
    const told = await offer(subject, url);
    expect(group(told, 'Hive').filter((item) => item.usual)).toMatchObject([{ hive: url }]);
    expect(withText(group(told, 'File'), 'Q8_0')).toMatchObject({
      hint: expect.stringContaining('fits the memory'),
      start: { hive: url },
    });
  });

  it('of the first choice where a person made one, and of the best fit when asked for it', async () => {
    await open([{ machine: 'gpu24' }, { machine: 'laptop' }]);
    const url = hives[1]?.url ?? '';
    await desk.commands['hive/prefer']({ url });
    expect(group(await offer(), 'Hive').filter((item) => item.usual)).toMatchObject([{ hive: url }]);
    expect(group(await offer(subject, 'best'), 'Hive').filter((item) => item.usual)).toMatchObject([{ hive: 'best' }]);
  });

  it('which of them does not answer', async () => {
    await open([{ machine: 'laptop' }, {}]);
    await hives[1]?.unplug();
    expect(group(await offer(), 'Hive').at(-1)?.hint).toBe('No answer');
  });
});

describe('for a worker, the page is told', () => {
  const worker = 'worker:llm-worker-rbee';

  it.each([
    ['laptop', 'CPU'],
    ['gpu24', 'CUDA'],
  ] as const)('what the devices of a %s ask for, and what else there is', async (machine, backend) => {
    await open([{ machine, installed: [] }]);
    const told = await offer(worker);
    expect(told).toMatchObject({ detail: backend, told: [] });
    const items = group(told, 'Runs on');
    expect(items.map(({ text }) => text)).toEqual(['CPU', 'CUDA', 'Metal', 'ROCm']);
    expect(usual(items)).toEqual([backend]);
    expect(withText(items, 'CUDA')?.start).toEqual({ subject: worker, backend: 'cuda' });
    expect(withText(items, 'ROCm')).toEqual({
      text: 'ROCm',
      hint: 'rbee-hive cannot install workers for ROCm.',
      off: true,
    });
    expect(group(told, 'On the hive')).toEqual([]);
  });

  it('that it is installed, and can be started without a model', async () => {
    await open([{ installed: ['cpu'] }]);
    const told = await offer(worker);
    expect(told.told).toEqual(['It is installed on this hive already.']);
    expect(withText(group(told, 'Runs on'), 'CPU')?.hint).toBe('installed');
    expect(group(told, 'On the hive')).toEqual([
      { text: 'Start without a model · CPU', hint: '', start: { subject: worker, backend: 'cpu', bare: true } },
    ]);
  });

  it('nothing of backends where its id names one', async () => {
    await open([{ installed: ['cpu', 'cuda'] }]);
    const told = await offer(`${worker}-cpu`);
    expect(told.groups).toEqual([
      {
        title: 'On the hive',
        items: [{ text: 'Start without a model', hint: '', start: { subject: `${worker}-cpu`, bare: true } }],
      },
    ]);
    expect(told.detail).toBeUndefined();
  });

  it('that nobody can install it, where it is for ROCm', async () => {
    await open([{}]);
    expect(await offer(`${worker}-rocm`)).toEqual({
      told: ['rbee-hive cannot install workers for ROCm.'],
      telling: true,
      groups: [],
    });
  });
});

describe('what a page costs the hive', () => {
  it('is one list of its models and one of its workers a minute, whatever is asked, and by how many service workers', async () => {
    const hive = await open();
    await Promise.all([offer(), offer(), offer('worker:llm-worker-rbee')]);
    await desk.commands['run/sync']({ subjects: [subject] });
    await offer('worker:llm-worker-rbee-cpu');
    expect(hive.calls().toSorted()).toEqual([
      'GET model_list',
      'GET worker_list_installed',
      'POST model_list',
      'POST worker_list_installed',
    ]);
  });
});

it('for a model of CivitAI, the page is told nothing', async () => {
  await open();
  expect(await offer('civitai:4384')).toEqual({ told: [], groups: [] });
});
