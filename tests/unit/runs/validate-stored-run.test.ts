import { describe, expect, it } from 'vitest';
import { isPrintable } from '../../../lib/printable.ts';
import { nextAction } from '../../../lib/runs/resume-rules.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { hasEnded } from '../../../lib/runs/steps.ts';
import { belongsToHive, readStoredRun, withSafeOrders } from '../../../lib/runs/validate-stored-run.ts';
import { apply, at, clicked, hive, type TestEvent } from './samples.ts';

describe('a stored record is quarantined', () => {
  const running = at('running');
  it.each<[string, object]>([
    ['of another schema', { ...running, schema: 2 }],
    ['with an unknown field', { ...running, extra: 1 }],
    ['without steps', { ...running, steps: [] }],
    ['in state running without a worker', { ...running, worker: undefined }],
    ['in state stopped without a worker', { ...running, state: 'stopped', worker: undefined }],
    ['in state failed without a failure', { ...running, state: 'failed' }],
    ['in state choose without a choice', { ...at('resolving'), state: 'choose' }],
    ['in state choose without an active step', { ...running, state: 'choose', choice: 'no-fit' }],
    ['that waits for a manual start without a port', { ...at('starting'), state: 'choose', choice: 'start-worker' }],
    ['in state cancelling without a cancel', { ...at('downloading'), state: 'cancelling' }],
    ['in state downloading with another active step', { ...at('starting'), state: 'downloading' }],
    ['in state queued without a step left', { ...running, state: 'queued' }],
    [
      'with a job that is lost and ended',
      { ...at('downloading'), steps: [{ name: 'download', state: 'active', job: {} }] },
    ],
  ])('%s', (_, record) => {
    expect(readStoredRun(JSON.parse(JSON.stringify(record)), [hive])).toBeUndefined();
  });
});

it('a stored record is read back unchanged', () => {
  for (const run of [clicked(), at('downloading'), at('running'), at('checkingBinary')]) {
    expect(readStoredRun(JSON.parse(JSON.stringify(run)), [hive])).toEqual(run);
  }
});

/** All copies of a JSON value in which one part is missing (undefined) or replaced by one of `others`, with the path of that part. */
function* damagedCopies(value: unknown, others: readonly unknown[], path = ''): Generator<[string, unknown]> {
  if (path) for (const other of others) yield [`${path}: ${JSON.stringify(other)?.slice(0, 20)}`, other];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const [damage, part] of damagedCopies(inner, others, `${path}/${key}`)) {
      const copy = Object.assign(Array.isArray(value) ? [] : {}, value, { [key]: part });
      yield [damage, JSON.parse(JSON.stringify(copy))];
    }
  }
}

describe('a record with one damaged field', () => {
  const damages = [undefined, null, -1, 1.5, 2 ** 53, '', 'x\u0007', '\u202e', 'x'.repeat(5_000), true, [], {}];
  const failed = at('downloading', { type: 'failed', code: 'disk', text: 'x' });
  const choose = at('starting', { type: 'manual-start', manual: { port: 8080, installed: true } });
  const cancelling = at('downloading', { type: 'cancel-asked' });
  const picked = { ...at('downloaded'), path: '/m/f.gguf', picked: { repo: 'org/gguf', path: 'f.gguf' } };
  const ending: TestEvent[] = [{ type: 'cancel-asked' }, { type: 'cancel-settled' }, { type: 'worker-gone' }];

  it.each([clicked(), at('started'), at('running'), cancelling, failed, choose, picked])(
    'in state $state is quarantined, or can be resumed, ended and dismissed',
    (run) => {
      let quarantined = 0;
      for (const [damage, record] of damagedCopies(JSON.parse(JSON.stringify(run)), damages)) {
        const found = readStoredRun(record, [hive]);
        if (!found) quarantined += 1;
        else {
          expect(() => nextAction(found), damage).not.toThrow();
          expect(hasEnded(apply(found, ...ending)), damage).toBe(true);
          const { subject, hive: url, model = '', path = '', file, worker, picked } = found;
          const texts = [
            subject,
            url,
            model,
            path,
            file?.path ?? '',
            worker?.address ?? '',
            ...Object.values(picked ?? {}),
          ];
          expect(
            texts.filter((text) => !isPrintable(text ?? '')),
            damage,
          ).toEqual([]);
        }
      }
      expect(quarantined).toBeGreaterThan(100);
    },
  );
});

describe('the check that a record belongs to a configured hive', () => {
  const withWorker = (address: string, port = 8080, url = hive): Run => ({
    ...at('running'),
    hive: url,
    worker: { address, port },
  });
  it.each<[string, Run, readonly string[], boolean]>([
    ['accepts a worker on the host of the hive', withWorker('http://localhost:8080'), [hive], true],
    ['accepts a worker with another name of this machine', withWorker('http://127.0.0.1:8080'), [hive], true],
    ['accepts a run without a worker', at('downloading'), [hive], true],
    ['rejects a hive that is not configured', at('downloading'), ['http://gpu:7835'], false],
    ['rejects a worker on another host', withWorker('http://gpu:8080'), [hive], false],
    [
      'rejects a worker on this machine if the hive is on another one',
      withWorker('http://localhost:8080', 8080, 'http://gpu:7835'),
      ['http://gpu:7835'],
      false,
    ],
    ['rejects a worker address with another port', withWorker('http://localhost:22', 8080), [hive], false],
    ['rejects a worker address with a path', withWorker('http://localhost:8080/v1/shutdown'), [hive], false],
    ['rejects a worker address with credentials', withWorker('http://a:b@localhost:8080'), [hive], false],
    ['rejects a worker address with another protocol', withWorker('https://localhost:8080'), [hive], false],
    ['rejects a worker without an HTTP address', withWorker('javascript:alert(1)'), [hive], false],
  ])('%s', (_, run, hives, expected) => {
    expect(belongsToHive(run, hives)).toBe(expected);
  });
});

it('click orders near the largest safe integer are replaced by small numbers in the same order', () => {
  const runs = [Number.MAX_SAFE_INTEGER, 7, 2 ** 50].map((order) => clicked({ id: `${order}`, order }));
  const safe = withSafeOrders(runs);
  expect(safe.map(({ id, order }) => [id, order])).toEqual([
    ['7', 1],
    [`${2 ** 50}`, 2],
    [`${Number.MAX_SAFE_INTEGER}`, 3],
  ]);
  expect(withSafeOrders([clicked({ order: 7 })])[0]?.order).toBe(7);
});
