import type { RunState } from '../../lib/runs/run.ts';
import { hiveFaults } from '../hive/faults.ts';
import type { Fault } from '../hive/start-hive.ts';
import { callsOf, download, installed, list, qwen, times, withoutRepetitions } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectRuns, expectTidy, openServicePage, type ServicePage, withJob } from './service-page.ts';

const repo = 'hf:bartowski/Llama-3.2-1B-Instruct-GGUF';
const megabyte = 'x'.repeat(1_000_000);
const json = { 'content-type': 'application/json' };
const found: Ending = { state: 'choose', notes: ['not-loadable', 'found-after-loss'] };
const refused: Ending = { state: 'failed', code: 'hive-protocol' };

type Ending = { state: RunState; notes?: string[]; code?: string };
type Invalid = { what: string; file: string; faults: Fault[]; ends: Ending };

const onStream = (stream: Extract<Fault, { on: string }>['stream']): Fault[] => [
  { on: 'stream', operation: 'model_download', times: 1, stream: stream ?? {} },
];
const named = (file: string): string => `Llama-3.2-1B-Instruct-${file}.gguf`;

const invalidReplies: Invalid[] = [
  { what: 'JSON without a job id', file: 'Q2_K', faults: hiveFaults.submitInvalid, ends: refused },
  { what: 'a web page instead of a job', file: 'IQ3_M', faults: hiveFaults.submitHtml, ends: refused },
  {
    what: 'a reply of 10 MB instead of a job',
    file: 'Q5_K_M',
    faults: [{ on: 'submit', reply: { headers: json, body: megabyte, repeat: 10 } }],
    ends: refused,
  },
  { what: 'a web page as the stream', file: 'Q6_K_L', faults: onStream({ contentType: 'text/html' }), ends: found },
  {
    what: 'malformed events in the stream',
    file: 'Q8_0',
    faults: onStream({
      inject: { afterEvents: 3, raw: '\u0000\ufffd\r\r\ndata\n:\nevent: data\ndata: {"a":\n\n', repeat: 500 },
    }),
    ends: { state: 'choose' },
  },
  {
    what: 'a line of 10 MB in the stream',
    file: 'Q4_K_M',
    faults: onStream({ inject: { afterEvents: 3, raw: megabyte, repeat: 10 } }),
    ends: { state: 'choose' },
  },
];

test.use({ hiveOptions: { installed: [] } });

const ofFile = async (service: ServicePage, file: string) =>
  (await service.runs()).find(({ subject }) => subject === `${repo}:${named(file)}`);

test('an invalid reply or stream of the hive affects only its own run, and a failed run can be retried', async ({
  extension,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve.*qwen/i, holdAt: 0.5 }]);
  const service = await openServicePage(extension);
  await service.store({ settings: { schema: 1, downloadsAtOnce: 2 } });
  await service.ask('run/start', { subject: qwen });
  await hub.until(({ held }) => held());
  await expectRuns(service, withJob('download', { state: 'live' }));

  for (const { what, file, faults, ends } of invalidReplies) {
    await test.step(what, async () => {
      hive.setFaults(faults);
      await service.ask('run/start', { subject: `${repo}:${named(file)}` });
      const { code, ...more } = ends;
      const run = { attempt: 1, ...more, ...(code && { failure: expect.objectContaining({ code }) }) };
      await expect.poll(() => ofFile(service, file), { timeout: 30_000 }).toMatchObject(run);
      expect((await service.runs())[0]).toMatchObject({ state: 'downloading', ...withJob('download', { checks: 0 }) });
    });
  }

  hive.setFaults([]);
  for (const { file } of invalidReplies.filter(({ ends }) => ends === refused)) {
    const run = await ofFile(service, file);
    await service.ask('run/retry', { id: run?.id ?? '' });
    await expect.poll(() => ofFile(service, file)).toMatchObject({ state: 'choose', attempt: 2 });
  }
  hub.release();
  await expect.poll(async () => (await service.runs())[0]).toMatchObject({ state: 'choose', attempt: 1 });
  expect((await service.runs())[0]?.notes).toEqual(['not-loadable']);

  const stored = JSON.stringify(await service.stored());
  expect(stored.length).toBeLessThan(200_000);
  const [refusals, whole] = [times(3, 'POST model_download'), [...download, ...list, ...installed]];
  // After a reply that is no event stream, the stream is requested again, because it may not have begun.
  const twice = [...download, 'GET model_download', ...list, ...installed];
  // A retry requests the list of models first.
  const retried = [...list, ...whole];
  expect(withoutRepetitions(callsOf(hive))).toEqual([
    ...[...download, ...refusals, ...twice, ...whole, ...whole],
    ...[...retried, ...retried, ...retried, ...list, ...installed],
  ]);
  await expectTidy(service);
});
