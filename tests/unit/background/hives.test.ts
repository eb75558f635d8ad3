import { describe, expect, it, onTestFinished } from 'vitest';
import { createHives } from '../../../lib/background/hives.ts';
import { createAccess } from '../../../lib/background/host-access.ts';
import { HiveUnreachable } from '../../../lib/hive/client.ts';
import { createSessionCache } from '../../../lib/session-cache.ts';
import { defaultSettings, type Settings } from '../../../lib/settings/settings.ts';
import { hiveFaults } from '../../hive/faults.ts';
import { type HiveOptions, startHive } from '../../hive/start-hive.ts';
import { findUnusedUrl, never } from '../hive/server.ts';
import { type MemoryArea, memoryArea } from '../runs/area.ts';

async function open(options: HiveOptions = {}) {
  const hive = await startHive({ kind: 'better', heartbeatMs: 20, ...options });
  onTestFinished(() => hive.stop());
  return hive;
}

type Options = { settings?: Partial<Settings>; session?: MemoryArea; permission?: () => boolean };

function setUp(urls: string[], { session = memoryArea(), permission = () => true, ...options }: Options = {}) {
  const checkedOrigins: string[][] = [];
  let ahead = 0;
  const settings: Settings = { ...defaultSettings, hives: urls.map((url) => ({ url, name: '' })), ...options.settings };
  const access = createAccess(async (origins) => {
    checkedOrigins.push(origins);
    return permission();
  });
  const hives = createHives({
    settings: () => settings,
    setDefaultHive: async (defaultHive) => void Object.assign(settings, { defaultHive }),
    settingsRead: Promise.resolve(),
    session,
    cache: createSessionCache(session),
    access,
    runs: () => [],
    observer: { modelsListed: () => {}, hiveSeen: () => {} },
    now: () => Date.now() + ahead,
  });
  const advance = (ms: number) => {
    ahead += ms;
  };
  return { hives, access, checkedOrigins, advance };
}

const paths = (hive: { requests: { path: string }[] }) => hive.requests.map(({ path }) => path);

describe('verifying a hive', () => {
  it('sends requests once a minute, even if the clock is set back', async () => {
    const hive = await open();
    const { hives, advance } = setUp([hive.url]);
    expect((await hives.verify(hive.url, never)).devices.map(({ id }) => id)).toEqual(['CPU-0']);
    advance(59_000);
    await hives.verify(hive.url, never);
    expect(paths(hive)).toEqual(['/health', '/v1/capabilities']);
    advance(2_000);
    await hives.verify(hive.url, never);
    expect(hive.requests).toHaveLength(4);
    advance(-3_600_000);
    await hives.verify(hive.url, never);
    expect(hive.requests).toHaveLength(6);
  });

  it('is not repeated by the next service worker', async () => {
    const hive = await open();
    const session = memoryArea();
    await setUp([hive.url], { session }).hives.verify(hive.url, never);
    await setUp([hive.url], { session }).hives.verify(hive.url, never);
    expect(hive.requests).toHaveLength(2);
  });

  it.each([
    ['is full', () => Object.assign(memoryArea(), { quota: 5 })],
    ['contains invalid data', () => memoryArea({ hives: { text: 7 } })],
  ])('works if storage.session %s', async (_, session) => {
    const hive = await open();
    const { hives } = setUp([hive.url], { session: session() });
    expect(await hives.verify(hive.url, never)).toMatchObject({ url: hive.url });
    hives.forget(hive.url);
  });

  it('rejects another program', async () => {
    const hive = await open({ faults: hiveFaults.otherProgram });
    await expect(setUp([hive.url]).hives.verify(hive.url, never)).rejects.toMatchObject({ code: 'not-a-hive' });
  });
});

describe('without the browser’s permission', () => {
  it.each(['http://192.0.2.1:7835', 'http://localhost:7835', 'http://127.0.0.1:7835'])(
    '%s is not contacted',
    async (url) => {
      const { hives, checkedOrigins } = setUp([url], { permission: () => false });
      await expect(hives.verify(url, never)).rejects.toMatchObject({ code: 'permission-missing' });
      expect(checkedOrigins).toEqual([[`http://${new URL(url).hostname}/*`]]);
    },
  );

  it('a hive that was verified before is not contacted until the permission is granted again', async () => {
    const hive = await open();
    let allowed = true;
    const { hives, access } = setUp([hive.url], { permission: () => allowed });
    await hives.verify(hive.url, never);
    allowed = false;
    access.changed();
    const before = hive.requests.length;
    expect(await hives.status(never)).toMatchObject([{ state: 'permission-missing' }]);
    expect(await hives.client(hive.url).probeWorker(8080, never)).toEqual({ state: 'timeout' });
    await expect(hives.client(hive.url).models(never)).rejects.toBeInstanceOf(HiveUnreachable);
    expect(hive.requests).toHaveLength(before);
    allowed = true;
    access.changed();
    expect(await hives.status(never)).toMatchObject([{ state: 'connected' }]);
  });
});

describe('the status of a hive', () => {
  it('has devices, version and workers', async () => {
    const hive = await open({ machine: 'gpu24', hiveId: 'desk' });
    const [status] = await setUp([hive.url]).hives.status(never);
    expect(status).toMatchObject({ url: hive.url, state: 'connected', id: 'desk', version: '0.1.0', workers: [] });
    expect(status?.devices.map(({ kind }) => kind)).toEqual(['gpu', 'cpu']);
  });

  it('describes each configured hive', async () => {
    const [hive, other, stuck, unused] = await Promise.all([
      open(),
      open({ faults: hiveFaults.otherProgram }),
      open({ faults: hiveFaults.neverReplies }),
      findUnusedUrl(),
    ]);
    const statuses = await setUp([hive.url, other.url, stuck.url, unused]).hives.status(never);
    expect(statuses.map(({ url, state, why }) => [url, state, why])).toEqual([
      [hive.url, 'connected', undefined],
      [other.url, 'not-a-hive', undefined],
      [stuck.url, 'offline', 'timeout'],
      [unused, 'offline', 'refused'],
    ]);
  });

  it('is "offline" if the hive was stopped after it was verified', async () => {
    const hive = await open();
    const { hives } = setUp([hive.url]);
    await hives.verify(hive.url, never);
    await hive.kill();
    expect((await hives.status(never))[0]?.state).toBe('offline');
  });
});

describe('a click is sent to', () => {
  it('the first configured hive, until another one has replied', async () => {
    const hive = await open();
    const unused = await findUnusedUrl();
    const { hives } = setUp([unused, hive.url]);
    expect(hives.defaultHive()).toBe(unused);
    await hives.verify(hive.url, never);
    expect(hives.defaultHive()).toBe(hive.url);
  });

  it('the default hive, even if another one has replied', async () => {
    const hive = await open();
    const chosen = 'http://b.example:7835';
    const { hives } = setUp([hive.url, chosen], { settings: { defaultHive: chosen } });
    await hives.verify(hive.url, never);
    expect(hives.defaultHive()).toBe(chosen);
  });

  it('the best fit of several hives if there is no default hive or if the click requests it', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const marked = async (hives: ReturnType<typeof setUp>['hives']) =>
      (await hives.status(never)).filter((status) => status.isDefault).map(({ url }) => url);
    expect(await marked(setUp([one.url]).hives)).toEqual([one.url]);
    const { hives } = setUp([one.url, two.url]);
    expect([await marked(hives), hives.usesBestFit()]).toEqual([[], true]);
    await hives.setDefaultHive(two.url);
    expect([await marked(hives), hives.usesBestFit(), hives.usesBestFit('best-fit')]).toEqual([[two.url], false, true]);
    await hives.setDefaultHive(undefined);
    expect(await marked(hives)).toEqual([]);
  });

  it('no address that is not configured', () => {
    const { hives } = setUp(['http://a.example:7835']);
    expect(hives.known(undefined)).toBeUndefined();
    expect(hives.known('http://a.example:7835')).toBe('http://a.example:7835');
    expect(() => hives.known('http://evil.example:7835')).toThrow('http://evil.example:7835');
  });
});

describe('the list of models', () => {
  const models = ['org/name:f.gguf'];

  it('is requested once a minute for all tabs, even if the clock is set back', async () => {
    const hive = await open({ models });
    const { hives, advance } = setUp([hive.url]);
    const lists = await Promise.all([1, 2, 3].map(() => hives.models(hive.url, never)));
    for (const { models } of lists) expect(models.map(({ id }) => id)).toEqual(['org/name:f.gguf']);
    expect(hive.calls()).toEqual(['POST model_list', 'GET model_list']);
    advance(61_000);
    await hives.models(hive.url, never);
    expect(hive.calls()).toHaveLength(4);
    advance(-3_600_000);
    await hives.models(hive.url, never);
    expect(hive.calls()).toHaveLength(6);
  });

  it('is cached for the next service worker for the rest of that minute', async () => {
    const hive = await open({ models });
    const session = memoryArea();
    await setUp([hive.url], { session }).hives.models(hive.url, never);
    const { hives, advance } = setUp([hive.url], { session });
    expect((await hives.models(hive.url, never)).models).toEqual([
      expect.objectContaining({ id: 'org/name:f.gguf', sizeBytes: expect.any(Number) }),
    ]);
    expect(hive.calls()).toHaveLength(2);
    advance(61_000);
    await hives.models(hive.url, never);
    expect(hive.calls()).toHaveLength(4);
  });

  it.each([[7], ['text'], [[{ id: 7 }]]])('is requested again if the cached list is damaged (%j)', async (value) => {
    const hive = await open({ models });
    const session = memoryArea({ [`cache:models ${hive.url}`]: { at: Date.now(), value } });
    expect((await setUp([hive.url], { session }).hives.models(hive.url, never)).models).toHaveLength(1);
  });

  it('is not cached if it is very long', async () => {
    const hive = await open();
    const session = memoryArea();
    const { hives } = setUp([hive.url], { session });
    const list = Array.from({ length: 1_000 }, (_, i) => ({ id: `org/${i}`, path: 'x'.repeat(400), sizeBytes: 1 }));
    hives.client(hive.url).models = async () => list;
    expect((await hives.models(hive.url, never)).models).toHaveLength(1_000);
    expect([...session.items.keys()]).toEqual(['hives']);
  });

  it('is requested again after a model was deleted, even by the next service worker', async () => {
    const hive = await open({ models });
    const session = memoryArea();
    const { hives } = setUp([hive.url], { session });
    await hives.models(hive.url, never);
    await hives.client(hive.url).deleteModel('org/name:f.gguf', never);
    await hives.forgetModels(hive.url);
    expect((await setUp([hive.url], { session }).hives.models(hive.url, never)).models).toEqual([]);
  });

  it('is requested again after a failure, but not without a user gesture', async () => {
    const hive = await open({ models });
    const { hives } = setUp([hive.url]);
    await hives.verify(hive.url, never);
    hive.setFaults(hiveFaults.submitRefused);
    await expect(hives.models(hive.url, never)).rejects.toMatchObject({ code: 'hive-unreachable' });
    const before = hive.requests.length;
    await expect(hives.models(hive.url, never, true)).rejects.toMatchObject({ code: 'hive-unreachable' });
    expect(hive.requests).toHaveLength(before);
    expect((await hives.models(hive.url, never)).models).toHaveLength(1);
  });
});

it('without a user gesture, requests to a hive that does not respond are sent once a minute', async () => {
  const hive = await open({ faults: hiveFaults.otherProgram });
  const { hives, advance } = setUp([hive.url]);
  const list = () => hives.downloadedIds(never);
  for (let i = 0; i < 20; i += 1) expect(await list()).toEqual(new Set());
  expect(paths(hive)).toEqual(['/health']);
  advance(61_000);
  await list();
  expect(hive.requests).toHaveLength(2);
});
