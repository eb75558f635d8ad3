import { describe, expect, it, onTestFinished } from 'vitest';
import { createHives } from '../../../lib/background/hives.ts';
import { HiveUnreachable } from '../../../lib/hive/client.ts';
import { defaultSettings, type Settings } from '../../../lib/settings/settings.ts';
import { hiveFaults } from '../../hive/faults.ts';
import { type HiveOptions, startHive } from '../../hive/start-hive.ts';
import { findDeadUrl, never } from '../hive/server.ts';
import { type MemoryArea, memoryArea } from '../runs/area.ts';

async function open(options: HiveOptions = {}) {
  const hive = await startHive({ heartbeatMs: 20, ...options });
  onTestFinished(() => hive.stop());
  return hive;
}

function look(urls: string[], more: { settings?: Partial<Settings>; session?: MemoryArea; permission?: boolean } = {}) {
  const asked: string[] = [];
  let ahead = 0;
  const settings: Settings = { ...defaultSettings, hives: urls.map((url) => ({ url, name: '' })), ...more.settings };
  const hives = createHives({
    settings: () => settings,
    choose: async (defaultHive) => void Object.assign(settings, { defaultHive }),
    settled: Promise.resolve(),
    session: more.session ?? memoryArea(),
    hasPermission: async (patterns) => {
      asked.push(...patterns);
      return more.permission ?? true;
    },
    now: () => Date.now() + ahead,
  });
  return {
    hives,
    asked,
    later: (ms: number) => {
      ahead += ms;
    },
  };
}
const paths = (hive: { requests: { path: string }[] }) => hive.requests.map(({ path }) => path);

describe('a hive that is asked whether it is one', () => {
  it('is believed for a minute, and then asked again', async () => {
    const hive = await open();
    const { hives, later } = look([hive.url]);
    expect((await hives.verify(hive.url, never)).devices.map(({ id }) => id)).toEqual(['CPU-0']);
    await hives.verify(hive.url, never);
    later(59_000);
    await hives.verify(hive.url, never);
    expect(paths(hive)).toEqual(['/health', '/v1/capabilities']);
    later(2_000);
    await hives.verify(hive.url, never);
    expect(hive.requests).toHaveLength(4);
    // The clock is set back.
    later(-3_600_000);
    await hives.verify(hive.url, never);
    expect(hive.requests).toHaveLength(6);
  });

  it('is believed by the next service worker too', async () => {
    const hive = await open();
    const session = memoryArea();
    await look([hive.url], { session }).hives.verify(hive.url, never);
    await look([hive.url], { session }).hives.verify(hive.url, never);
    expect(hive.requests).toHaveLength(2);
  });

  it('is believed where the browser cannot keep that', async () => {
    const hive = await open();
    const session = memoryArea();
    session.quota = 5;
    const { hives } = look([hive.url], { session });
    expect(await hives.verify(hive.url, never)).toMatchObject({ url: hive.url });
    hives.forget(hive.url);
  });

  it('is asked again where what was kept cannot be read', async () => {
    const hive = await open();
    const session = memoryArea({ hives: { gibberish: 7 } });
    await look([hive.url], { session }).hives.verify(hive.url, never);
    expect(hive.requests).toHaveLength(2);
  });

  it.each(['somebodysWebServer', 'somebodysApi', 'queen', 'htmlCapabilities', 'brokenCapabilities'] as const)(
    'and is none (%s) is refused as such',
    async (fault) => {
      const hive = await open({ faults: hiveFaults[fault] });
      await expect(look([hive.url]).hives.verify(hive.url, never)).rejects.toMatchObject({ code: 'not-a-hive' });
    },
  );

  it('and is not there is unreachable, which is something to wait for', async () => {
    const url = await findDeadUrl();
    const { hives } = look([url]);
    const error = await hives.verify(url, never).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(HiveUnreachable);
    expect(error).toMatchObject({ code: 'hive-unreachable', why: 'refused' });
  });

  it('elsewhere is not asked without the browser’s permission', async () => {
    const { hives, asked } = look(['http://192.0.2.1:7835'], { permission: false });
    await expect(hives.verify('http://192.0.2.1:7835', never)).rejects.toMatchObject({ code: 'permission-missing' });
    expect(asked).toEqual(['http://192.0.2.1/*']);
  });
});

describe('what the popup is told', () => {
  it('is the hive with its devices, version and workers', async () => {
    const hive = await open({ machine: 'gpu24', hiveId: 'desk' });
    const [status] = await look([hive.url]).hives.status(never);
    expect(status).toMatchObject({ url: hive.url, state: 'connected', id: 'desk', version: '0.1.0', workers: [] });
    expect(status?.devices.map(({ kind }) => kind)).toEqual(['gpu', 'cpu']);
  });

  it('is each named hive as it is', async () => {
    const [hive, other, dead] = await Promise.all([
      open(),
      open({ faults: hiveFaults.somebodysWebServer }),
      findDeadUrl(),
    ]);
    const statuses = await look([hive.url, other.url, dead]).hives.status(never);
    expect(statuses.map(({ url, state }) => [url, state])).toEqual([
      [hive.url, 'connected'],
      [other.url, 'not-a-hive'],
      [dead, 'down'],
    ]);
  });

  it('is that a hive has gone, although it was verified a moment ago', async () => {
    const hive = await open();
    const { hives } = look([hive.url]);
    await hives.verify(hive.url, never);
    await hive.kill();
    expect((await hives.status(never))[0]?.state).toBe('down');
  });
});

describe('a hive that is down', () => {
  it('is told from one that takes the connection and does not answer', { timeout: 20_000 }, async () => {
    const stuck = await open({ faults: hiveFaults.accepts });
    const dead = await findDeadUrl();
    const statuses = await look([stuck.url, dead]).hives.status(never);
    expect(statuses.map(({ state, why }) => [state, why])).toEqual([
      ['down', 'timeout'],
      ['down', 'refused'],
    ]);
  });
});

describe('where a click goes', () => {
  it('is the first hive named, until one has answered', async () => {
    const hive = await open();
    const dead = await findDeadUrl();
    const { hives } = look([dead, hive.url]);
    expect(hives.preferred()).toBe(dead);
    await hives.verify(hive.url, never);
    expect(hives.preferred()).toBe(hive.url);
  });

  it('is the one a person chose, also where another has answered since', async () => {
    const hive = await open();
    const chosen = 'http://b.example:7835';
    const { hives } = look([hive.url, chosen], { settings: { defaultHive: chosen } });
    await hives.verify(hive.url, never);
    expect(hives.preferred()).toBe(chosen);
  });

  it('is the default one where a person chose it', async () => {
    const { hives } = look(['http://a.example:7835', 'http://b.example:7835'], {
      settings: { defaultHive: 'http://b.example:7835' },
    });
    expect(hives.preferred()).toBe('http://b.example:7835');
  });

  it('is said of the only hive, and of the first choice among several; without one it is open', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const preferred = async (hives: ReturnType<typeof look>['hives']) =>
      (await hives.status(never)).filter((status) => status.preferred).map(({ url }) => url);
    expect(await preferred(look([one.url]).hives)).toEqual([one.url]);
    const { hives } = look([one.url, two.url]);
    expect(await preferred(hives)).toEqual([]);
    expect(hives.isOpen()).toBe(true);
    await hives.prefer(two.url);
    expect(await preferred(hives)).toEqual([two.url]);
    expect(hives.isOpen()).toBe(false);
    expect(hives.isOpen('best')).toBe(true);
    await hives.prefer(undefined);
    expect(await preferred(hives)).toEqual([]);
  });

  it('is no address that nobody named', () => {
    const { hives } = look(['http://a.example:7835']);
    expect(hives.known(undefined)).toBeUndefined();
    expect(hives.known('http://a.example:7835')).toBe('http://a.example:7835');
    expect(() => hives.known('http://evil.example:7835')).toThrow('http://evil.example:7835');
  });
});

describe('the list of models', () => {
  it('is read once a minute for all views together', async () => {
    const hive = await open({ models: ['org/name:f.gguf'] });
    const { hives, later } = look([hive.url]);
    const answers = await Promise.all([1, 2, 3].map(() => hives.models(hive.url, never)));
    for (const { models } of answers) expect(models.map(({ id }) => id)).toEqual(['org/name:f.gguf']);
    expect(hive.calls()).toEqual(['POST model_list', 'GET model_list']);
    later(61_000);
    await hives.models(hive.url, never);
    expect(hive.calls()).toHaveLength(4);
    later(-3_600_000);
    await hives.models(hive.url, never);
    expect(hive.calls()).toHaveLength(6);
  });

  it('outlives the service worker for that minute, and not longer', async () => {
    const hive = await open({ models: ['org/name:f.gguf'] });
    const session = memoryArea();
    await look([hive.url], { session }).hives.models(hive.url, never);
    const { hives, later } = look([hive.url], { session });
    expect((await hives.models(hive.url, never)).models).toEqual([
      expect.objectContaining({ id: 'org/name:f.gguf', sizeBytes: expect.any(Number) }),
    ]);
    expect(hive.calls()).toHaveLength(2);
    later(61_000);
    await hives.models(hive.url, never);
    expect(hive.calls()).toHaveLength(4);
  });

  it.each([[{ at: Date.now(), list: 7 }], ['gibberish'], [{ at: Date.now(), list: [{ id: 7 }] }]])(
    'is read anew where what was kept of it (%j) cannot be',
    async (kept) => {
      const hive = await open({ models: ['org/name:f.gguf'] });
      const session = memoryArea({ [`models:${hive.url}`]: kept });
      expect((await look([hive.url], { session }).hives.models(hive.url, never)).models).toHaveLength(1);
    },
  );

  it('that is too long is not kept for the next service worker', async () => {
    const name = 'x'.repeat(400);
    const hive = await open();
    const session = memoryArea();
    const { hives } = look([hive.url], { session });
    hives.client(hive.url).models = async () =>
      Array.from({ length: 1_000 }, (_, i) => ({ id: `org/${name}:${i}.gguf`, path: '', sizeBytes: 1 }));
    expect((await hives.models(hive.url, never)).models).toHaveLength(1_000);
    expect([...session.items.keys()]).toEqual(['hives']);
  });

  it('is read anew once a model was deleted, by the next service worker too', async () => {
    const hive = await open({ models: ['org/name:f.gguf'] });
    const session = memoryArea();
    const { hives } = look([hive.url], { session });
    await hives.models(hive.url, never);
    await hives.client(hive.url).deleteModel('org/name:f.gguf', never);
    await hives.forgetModels(hive.url);
    expect((await look([hive.url], { session }).hives.models(hive.url, never)).models).toEqual([]);
  });

  it('that could not be read is asked for again', async () => {
    const hive = await open({ models: ['org/name:f.gguf'] });
    const { hives } = look([hive.url]);
    await hives.verify(hive.url, never);
    hive.setFaults(hiveFaults.submitRefused);
    await expect(hives.models(hive.url, never)).rejects.toMatchObject({ code: 'hive-unreachable' });
    expect((await hives.models(hive.url, never)).models).toHaveLength(1);
  });
});
