import { isQuarantineKey, isRunKey, runKey } from '../../lib/runs/keys.ts';
import { enterContentScriptWorld } from '../browser/content-script-world.ts';
import { listen } from '../net/listener.ts';
import { expect, test } from './fixtures.ts';
import { expectState, openModel, press, runIn } from './one-run.ts';
import { record, steps } from './records.ts';
import { expectRuns, openServicePage } from './service-page.ts';

const forged = record(Date.now(), {
  id: 'forged',
  state: 'running',
  steps: steps('spawn', 'done'),
  worker: { address: 'http://localhost:8080', port: 8080, pid: 1 },
});

test('a compromised content script has no access to storage, can send only page messages and gets no private data', async ({
  page,
  extension,
  hive,
}) => {
  const host = await openModel(page);
  const service = await openServicePage(extension);
  await service.store({ settings: { schema: 1, notifyFailed: false } });
  let before = await service.stored();
  let requests = hive.requests.length;
  const evaluate = await enterContentScriptWorld(page, extension.extensionId);
  const attempts = await evaluate(
    async ({ key, run }) => {
      const attempt = (act: () => Promise<unknown>) => act().then(JSON.stringify, () => 'denied');
      const areas = { local: chrome.storage.local, session: chrome.storage.session };
      const results: Record<string, string> = {};
      for (const [name, area] of Object.entries(areas)) {
        results[`${name} raise`] = await attempt(() =>
          area.setAccessLevel({ accessLevel: 'TRUSTED_AND_UNTRUSTED_CONTEXTS' }),
        );
        results[`${name} get`] = await attempt(() => area.get(null));
        results[`${name} set`] = await attempt(() =>
          area.set({ [key]: run, settings: { schema: 1, downloadsAtOnce: 4 } }),
        );
        results[`${name} clear`] = await attempt(() => area.clear());
      }
      return results;
    },
    { key: runKey(forged.id), run: forged },
  );
  expect(new Set(Object.values(attempts))).toEqual(new Set(['denied']));
  expect(await service.stored()).toEqual(before);
  expect(hive.requests).toHaveLength(requests);

  await press(host);
  await expectState(host, 'running');
  // Pages are updated before the run is stored.
  await expectRuns(service, { state: 'running' });
  const [run] = await service.runs();
  before = await service.stored();
  requests = hive.requests.length;
  const subject = 'hf:org/name';
  const send = (type: string, request: unknown): Promise<{ ok: boolean }> =>
    evaluate((message) => chrome.runtime.sendMessage(message), { type, request });

  const id = run?.id;
  const forbidden: [string, unknown][] = [
    ...['run/stop', 'run/dismiss', 'run/check', 'run/resubmit', 'run/try-hive', 'run/agree'].map(
      (type): [string, unknown] => [type, { id }],
    ),
    ['hive/status', {}],
    ['hive/set-default', {}],
    ['hive/test', { url: hive.url }],
    ['hive/models', { hive: 'http://localhost:7835' }],
    ['model/delete', { hive: 'http://localhost:7835', id: run?.model }],
  ];
  for (const [type, request] of forbidden) expect([type, (await send(type, request)).ok]).toEqual([type, false]);
  expect(await service.stored()).toEqual(before);
  expect(hive.requests).toHaveLength(requests);

  const replies = JSON.stringify([
    await send('page/show', { subjects: [run?.subject, subject] }),
    await send('subject/summary', { subject: run?.subject }),
  ]);
  expect(replies).toContain('"state":"running"');
  for (const secret of ['localhost', '7835', '8080', 'CPU', '"pid"', '"path"', '"hive"']) {
    expect(replies).not.toContain(secret);
  }
});

test('a stored run is quarantined if its hive is not configured or its worker is on another host', async ({
  extension,
}) => {
  const asked: string[] = [];
  const victim = await listen((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"healthy"}');
  });
  const elsewhere = `http://127.0.0.1:${victim.port}`;
  const service = await openServicePage(extension);
  const worker = { address: 'http://10.0.0.1:8080', port: 8080 };
  await service.store({
    [runKey('hive')]: { ...forged, id: 'hive', hive: elsewhere, worker: { address: elsewhere, port: victim.port } },
    [runKey('worker')]: { ...forged, id: 'worker', worker },
    settings: { schema: 1, hives: [{ url: 'http://*:7835', name: '' }] },
  });
  await extension.terminateServiceWorker();
  const popup = await extension.openExtensionPage('popup.html');
  await expect
    .poll(async () =>
      Object.keys(await service.stored())
        .filter((key) => isRunKey(key) || isQuarantineKey(key))
        .sort(),
    )
    .toEqual([`quarantined:${runKey('hive')}`, `quarantined:${runKey('worker')}`]);
  await expect(runIn(popup)).toHaveCount(0);
  await expect(popup.getByRole('region', { name: 'Hive' })).toContainText('localhost:7835');
  expect(await popup.locator(`a[href*="10.0.0.1"], a[href*="${victim.port}"]`).count()).toBe(0);
  expect(asked).toEqual([]);
  await victim.close();
});
