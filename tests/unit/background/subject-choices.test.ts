import { describe, expect, it, vi } from 'vitest';
import type { Choices, FileChoice, Summary } from '../../../lib/messages/contract.ts';
import { hiveFaults } from '../../hive/faults.ts';
import type { HiveOptions, StandIn } from '../../hive/start-hive.ts';
import { catalogue } from '../../hub/catalogue.ts';
import { hubFaults } from '../../hub/faults.ts';
import { stopClock } from '../hive/server.ts';
import { hive, hives, hub, open as openHives, service } from '../runs/hives.ts';

const repo = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
const file = 'Llama-3.2-1B-Instruct-Q4_K_M.gguf';
const subject = `hf:${repo}`;
const tabId = 1;

async function open(options: HiveOptions[] = [{}]): Promise<StandIn> {
  await openHives(options, { settings: { backend: 'auto' } });
  return hive;
}

const choices = async (text = subject, hive?: string): Promise<Choices> =>
  service.handlers['subject/choices']({ subject: text, hive }, tabId);
const summary = async (text = subject): Promise<Summary> =>
  service.handlers['subject/summary']({ subject: text }, tabId);
const fileOf = ({ files }: Choices, name: string): FileChoice => {
  const found = files.find((one) => one.name === name);
  if (!found) throw new Error(`No ${name} in ${JSON.stringify(files)}`);
  return found;
};

describe('the summary of a model', () => {
  it('contains the file that a click uses', async () => {
    await open();
    expect(await summary()).toEqual({
      state: 'idle',
      reasons: ['not-loadable'],
      file: { label: 'Q4_K_M', sizeBytes: expect.any(Number) },
    });
  });

  it.each([
    ['google/gemma-2-2b-it-GGUF', 'idle', ['gated', 'maybe-not-loadable']],
    ['Qwen/Qwen2.5-0.5B-Instruct', 'choose', ['derivatives']],
    ['openai-community/gpt2', 'unsupported', ['no-gguf']],
    ['unsloth/DeepSeek-R1-GGUF', 'unsupported', ['split']],
  ])('%s is %s because of %j', async (name, state, reasons) => {
    await open();
    expect(await summary(`hf:${name}`)).toMatchObject({ state, reasons });
  });

  it.each([
    ['disabled', subject, { disabled: true }, 'unsupported', ['disabled'], '?library=gguf'],
    [
      'gated and others have quantized it',
      'hf:Qwen/Qwen2.5-0.5B-Instruct',
      { gated: 'auto' },
      'choose',
      ['derivatives'],
      undefined,
    ],
  ] as const)(
    'of a repository that is %s offers none of its files and no link to its licence',
    async (_, text, change, state, reasons, link) => {
      hub.setRepos(catalogue.map((repo) => (text === `hf:${repo.id}` ? { ...repo, ...change } : repo)));
      await open();
      const shown = await summary(text);
      expect(shown).toMatchObject({ state, reasons });
      expect(shown.link?.slice(shown.link.indexOf('?')).slice(0, 13)).toBe(link);
      expect((await choices(text)).files.every(({ start }) => !start)).toBe(true);
    },
  );

  it('is "choose" if no file fits into the memory', async () => {
    await open([{ machine: 'small' }]);
    expect(await summary('hf:TheBloke/Llama-2-7B-Chat-GGUF')).toEqual({ state: 'choose', reasons: ['no-fit'] });
  });

  it('offers derivatives of a repository whose only whole file is a part of another model', async () => {
    const parts = [1, 2].map((part) => ({ path: `big-BF16-0000${part}-of-00002.gguf`, size: 80e9 }));
    hub.setRepos([
      { id: 'org/Big-GGUF', files: [...parts, { path: 'small-Q8_0.gguf', size: 0.6e9 }] },
      { id: 'other/Big-GGUF', files: [{ path: 'big-Q4_K_M.gguf', size: 40e9 }], quantizedFrom: 'org/Big-GGUF' },
    ]);
    await open();
    expect(await summary('hf:org/Big-GGUF')).toMatchObject({ state: 'choose', reasons: ['derivatives'] });
    expect((await choices('hf:org/Big-GGUF')).derivatives).toMatchObject([{ repo: 'other/Big-GGUF' }]);
  });

  it('warns that no file can be loaded, also if none of them fits', async () => {
    hub.setRepos([
      {
        id: 'org/Qwen3-70B-GGUF',
        files: [{ path: 'qwen3-Q4_K_M.gguf', size: 42e9 }],
        gguf: { total: 70e9, architecture: 'qwen3', context_length: 40_960 },
      },
    ]);
    await open([{ machine: 'small' }]);
    expect(await summary('hf:org/Qwen3-70B-GGUF')).toEqual({ state: 'choose', reasons: ['no-fit', 'not-loadable'] });
  });

  it('links to the licence of a gated model', async () => {
    await open();
    const { link } = await summary('hf:google/gemma-2-2b-it-GGUF');
    expect(link).toBe('https://huggingface.co/google/gemma-2-2b-it-GGUF');
  });

  it.each(['rateLimited', 'serverError', 'unreachable', 'malformed', 'html'] as const)(
    'is "unlisted" for the hub fault %s',
    async (fault) => {
      hub.setFaults([hubFaults[fault]]);
      await open();
      expect(await summary()).toEqual({ state: 'idle', reasons: ['unlisted'] });
    },
  );

  it('is sent after 4 s if neither hub nor hive replies', async () => {
    hub.setFaults([hubFaults.silent]);
    const hive = await open([{ faults: hiveFaults.neverReplies }]);
    stopClock();
    const reply = summary();
    await vi.waitFor(() => expect([hub.requests, hive.requests].map(({ length }) => length)).not.toContain(0));
    vi.advanceTimersByTime(4_000);
    expect(await reply).toEqual({ state: 'idle', reasons: ['unlisted'] });
  });

  it('contains nothing about the user’s machine', async () => {
    const hive = await open([{ machine: 'gpu24', models: [`${repo}:${file}`] }]);
    const text = JSON.stringify(await summary());
    for (const secret of [new URL(hive.url).host, 'GPU', 'NVIDIA', '24', 'downloaded'])
      expect(text).not.toContain(secret);
  });
});

describe('the files of a model', () => {
  it('have a size, their memory requirement, and a request that starts them', async () => {
    await open();
    const all = await choices();
    expect(all.reasons).toEqual(['not-loadable']);
    expect(all.files.filter(({ marks }) => marks.includes('recommended')).map(({ name }) => name)).toEqual(['Q4_K_M']);
    expect(fileOf(all, 'Q8_0')).toMatchObject({
      name: 'Q8_0',
      sizeBytes: expect.any(Number),
      fit: 'cpu',
      needBytes: expect.any(Number),
      freeBytes: expect.any(Number),
      marks: [],
      start: { subject: `${subject}:Llama-3.2-1B-Instruct-Q8_0.gguf` },
    });
  });

  it('fit the GPU if there is one', async () => {
    await open([{ machine: 'gpu24' }]);
    expect(fileOf(await choices(), 'Q8_0').fit).toBe('gpu');
  });

  it('can be chosen although they are too large', async () => {
    await open([{ machine: 'small' }]);
    const all = await choices('hf:TheBloke/Llama-2-7B-Chat-GGUF');
    expect(all.reasons).toContain('no-fit');
    expect(all.files.map(({ fit, start }) => fit === 'too-large' && start !== undefined)).not.toContain(false);
  });

  it('are marked as downloaded and as running', async () => {
    await open([{ models: [`${repo}:${file}`] }]);
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    const all = await choices();
    expect(fileOf(all, 'Q4_K_M')).toMatchObject({ marks: ['running', 'downloaded', 'recommended'] });
    expect(fileOf(all, 'Q8_0')).toMatchObject({ marks: [] });
  });

  it('in several parts cannot be chosen', async () => {
    await open();
    const split = fileOf(await choices('hf:Qwen/Qwen2.5-7B-Instruct-GGUF'), 'Q4_K_M');
    expect([split.start, split.marks]).toEqual([undefined, ['split']]);
  });

  it('are marked as not loadable only if others are loadable', async () => {
    const { gguf } = catalogue.find(({ id }) => id === 'TheBloke/Llama-2-7B-Chat-GGUF') ?? {};
    const files = ['m-IQ4_XS.gguf', 'm-Q4_K_M.gguf'].map((path) => ({ path, size: 1e9 }));
    hub.setRepos([
      { id: 'a/mixed', files, ...(gguf && { gguf }) },
      { id: 'a/none', files: files.slice(0, 1), ...(gguf && { gguf }) },
    ]);
    await open();
    const marked = async (id: string) =>
      (await choices(id)).files.filter(({ marks }) => marks.includes('not_loadable')).map(({ name }) => name);
    expect(await marked('hf:a/mixed')).toEqual(['IQ4_XS']);
    expect(await marked('hf:a/none')).toEqual([]);
  });

  it('with the same quantization have names with the difference between their paths', async () => {
    const files = (paths: string[]) => paths.map((path) => ({ path, size: 1e9 }));
    hub.setRepos([
      { id: 'a/folders', files: files(['x/m-Q4_K_M.gguf', 'y/m-Q4_K_M.gguf']) },
      { id: 'a/names', files: files(['m-i1-Q4_K_M.gguf', 'm-Q4_K_M.gguf', 'm-Q8_0.gguf']) },
    ]);
    await open();
    const names = async (text: string) => (await choices(text)).files.map(({ name }) => name).toSorted();
    expect(await names('hf:a/folders')).toEqual(['Q4_K_M · x', 'Q4_K_M · y']);
    expect(await names('hf:a/names')).toEqual(['Q4_K_M · m-Q4_K_M', 'Q4_K_M · m-i1-Q4_K_M', 'Q8_0']);
  });

  it('have an unknown fit if no hive responds', async () => {
    const hive = await open();
    await hive.disconnect();
    const q8 = fileOf(await choices(), 'Q8_0');
    expect([q8.fit, q8.needBytes]).toEqual(['unknown', undefined]);
  });

  it('are not listed for a hive that is not configured', async () => {
    await open();
    await expect(choices(subject, 'http://127.0.0.1:1')).rejects.toMatchObject({ code: 'message-rejected' });
  });
});

describe('derivatives of a model without a GGUF file', () => {
  const base = 'hf:Qwen/Qwen2.5-0.5B-Instruct';

  it.each(['with', 'without'])(
    'are run for the subject of the page (%s a run that waits for the choice)',
    async (waiting) => {
      const hive = await open();
      if (waiting === 'with') {
        await service.handlers['run/start']({ subject: base });
        await service.until(({ state }) => state === 'choose');
      }
      const [first] = (await choices(base)).derivatives;
      expect(first).toMatchObject({ repo: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF', downloads: expect.any(Number) });
      await service.handlers['run/start'](first?.start ?? { subject: '' });
      // Only now it is known that the file which a click would take cannot be loaded.
      await service.until(({ choice }) => choice === 'not-loadable');
      const recommended = (await choices(base)).files.find(({ marks }) => marks.includes('recommended'));
      await service.handlers['run/start'](recommended?.start ?? { subject: '' });
      await service.until(({ state }) => state === 'running');
      expect(service.store.all().map((run) => run.subject)).toEqual([base]);
      expect(hive.models().map(({ id }) => id)).toEqual([expect.stringContaining('Qwen/Qwen2.5-0.5B-Instruct-GGUF:')]);
    },
  );
});

describe('several hives', () => {
  it('are listed with their largest device, and the best fit is chosen', async () => {
    await open([{ machine: 'laptop' }, { machine: 'gpu24' }, {}]);
    await hives[2]?.disconnect();
    const all = await choices();
    const [laptop, desktop, offline] = hives.map(({ url }) => url);
    expect(all.hives).toEqual([
      { hive: 'best-fit', name: '', chosen: true },
      {
        hive: laptop,
        name: new URL(laptop ?? '').host,
        device: expect.objectContaining({ kind: 'cpu' }),
        chosen: false,
      },
      {
        hive: desktop,
        name: new URL(desktop ?? '').host,
        device: expect.objectContaining({ kind: 'gpu' }),
        chosen: false,
      },
      { hive: offline, name: new URL(offline ?? '').host, chosen: false },
    ]);
    expect(fileOf(all, 'Q8_0').fit).toBe('gpu');
  });

  it('each have their own list of files, and a choice from it is sent to that hive', async () => {
    await open([{ machine: 'gpu24' }, { machine: 'laptop' }]);
    const url = hives[1]?.url ?? '';
    const all = await choices(subject, url);
    expect(all.hives.filter(({ chosen }) => chosen)).toMatchObject([{ hive: url }]);
    expect(fileOf(all, 'Q8_0')).toMatchObject({ fit: 'cpu', start: { hive: url } });
  });

  it('use the default hive, unless the best fit is requested', async () => {
    await open([{ machine: 'gpu24' }, { machine: 'laptop' }]);
    const url = hives[1]?.url ?? '';
    await service.handlers['hive/set-default']({ url });
    expect((await choices()).hives.filter(({ chosen }) => chosen)).toMatchObject([{ hive: url }]);
    expect((await choices(subject, 'best-fit')).hives.filter(({ chosen }) => chosen)).toMatchObject([
      { hive: 'best-fit' },
    ]);
  });
});

describe('a worker', () => {
  const worker = 'worker:llm-worker-rbee';

  it.each([
    ['laptop', 'cpu'],
    ['gpu24', 'cuda'],
  ] as const)('on a machine like %s is recommended for %s', async (machine, backend) => {
    await open([{ machine, installed: [] }]);
    expect(await summary(worker)).toEqual({ state: 'idle', reasons: [], backend });
    const { backends } = await choices(worker);
    expect(backends.map((one) => one.backend)).toEqual(['cpu', 'cuda', 'metal', 'rocm']);
    expect(backends.filter(({ recommended }) => recommended)).toEqual([
      { backend, recommended: true, installed: false, start: { subject: worker, backend } },
    ]);
    expect(backends.at(-1)?.start).toBeUndefined();
  });

  it('that is installed can be started without a model', async () => {
    await open([{ installed: ['cpu'] }]);
    expect(await summary(worker)).toMatchObject({ reasons: ['installed'] });
    expect((await choices(worker)).backends[0]).toMatchObject({
      installed: true,
      startWithoutModel: { subject: worker, backend: 'cpu', withoutModel: true },
    });
  });

  it('whose id contains a backend has only that backend', async () => {
    await open([{ installed: ['cpu', 'cuda'] }]);
    const id = `${worker}-cpu`;
    expect((await choices(id)).backends).toEqual([
      {
        backend: 'cpu',
        recommended: true,
        installed: true,
        start: { subject: id },
        startWithoutModel: { subject: id, withoutModel: true },
      },
    ]);
  });

  it('for ROCm is not supported', async () => {
    await open();
    expect(await summary(`${worker}-rocm`)).toEqual({ state: 'unsupported', reasons: ['rocm'] });
  });
});

it('a CivitAI model is not supported', async () => {
  await open();
  expect(await summary('civitai:4384')).toEqual({ state: 'unsupported', reasons: ['civitai'] });
});

describe('requests caused by the scripts of a page', () => {
  it('150 changes of the subject cause one listing of each hive and at most 20 requests to the hub', async () => {
    const hive = await open();
    const subjects = Array.from({ length: 150 }, (_, i) => `hf:org/model-${i}`);
    const replies = await Promise.allSettled(
      subjects.flatMap((text) => [service.handlers['page/show']({ subjects: [text] }, tabId), summary(text)]),
    );
    expect(replies.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(100);
    await hive.until(({ requests }) => requests.some(({ operation }) => operation === 'model_list'));
    const sent = hive.requests.map(({ method, path, operation }) => `${method} ${operation ?? path}`);
    expect(sent.toSorted()).toEqual(['GET /health', 'GET /v1/capabilities', 'GET model_list', 'POST model_list']);
    expect(hub.requests.length).toBeLessThanOrEqual(20);
  });

  it('200 openings of the list cause at most 8 requests to the hive and 4 to the hub', async () => {
    const hive = await open();
    await Promise.allSettled(Array.from({ length: 200 }, () => choices()));
    expect(hive.requests.length).toBeLessThanOrEqual(8);
    expect(hub.requests.length).toBeLessThanOrEqual(4);
  });

  it('200 openings of lists of different models cause at most 20 requests to the hub', async () => {
    await open();
    await Promise.allSettled(Array.from({ length: 200 }, (_, i) => choices(`hf:org/model-${i}`)));
    expect(hub.requests.length).toBeLessThanOrEqual(20);
  });

  it('do not delay requests of other tabs', async () => {
    await open();
    await Promise.allSettled(Array.from({ length: 20 }, (_, i) => summary(`hf:org/model-${i}`)));
    const other = service.handlers['subject/summary']({ subject }, tabId + 1);
    expect((await other).file?.label).toBe('Q4_K_M');
  });
});
