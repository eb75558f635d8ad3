import { expect, it, vi } from 'vitest';
import { begin, event, narration } from '../hive/wire.ts';
import { at, clicked, jobState } from './samples.ts';
import { openTestService } from './test-service.ts';

const urls = ['http://one.example:7835', 'http://two.example:7835', 'http://three.example:7835'];
/** After this many chunks the streams end, so that a reader that never yields fails the test instead of blocking it. */
const maxChunks = 2_000;
/** The size that the parser reads at a time. */
const chunk = new TextEncoder().encode(narration('build_output', 'x'.repeat(1_000)).repeat(14));

/** Hives whose streams always have data. A cancelled job's stream ends; `read` counts the chunks of all streams. */
function stubHives() {
  const cancelled = new Set<string>();
  const flood = { read: 0, cancelled };
  const streamOf = (url: string) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(begin('model_download'))),
      pull(controller) {
        flood.read += 1;
        if (!cancelled.has(url.replace('/stream', '')) && flood.read < maxChunks) return controller.enqueue(chunk);
        controller.enqueue(new TextEncoder().encode(event('[CANCELLED]')));
        controller.close();
      },
    });
  vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit) => {
    if (method === 'DELETE') {
      cancelled.add(url);
      return Response.json({ status: 'cancelled' });
    }
    if (!url.endsWith('/stream')) return new Response('', { status: 404 });
    return new Response(streamOf(url), { headers: { 'content-type': 'text/event-stream' } });
  });
  // A reader yields after 10 ms. Here each call of `now` takes 1 ms.
  let ms = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (ms += 1));
  return flood;
}

it('messages are handled and a run can be cancelled while three hives send events without pause', async () => {
  const flood = stubHives();
  const [hive = '', ...others] = urls;
  const service = await openTestService({ hive, others, hub: 'http://hub.example' });
  for (const [index, url] of urls.entries()) {
    const run = at('resolved', { type: 'admitted' }, { type: 'posted', step: 'download', jobId: 'job-1' });
    service.store.add({ ...run, id: `run-${index}`, hive: url, model: `org/${index}:f.gguf` });
  }
  const live = () => service.store.all().filter((run) => jobState(run) === 'live');
  await service.until(() => live().length === 3);

  /** The number of chunks that are read from the arrival of a message, which is a separate task, to its effect. */
  const readUntil = async (handle: () => unknown): Promise<number> => {
    const before = flood.read;
    await new Promise((resolve) => setTimeout(resolve));
    await handle();
    return flood.read - before;
  };
  // Between two tasks, each stream is read for 10 ms.
  const perTask = 3 * 11;
  const subjects = [clicked().subject];
  expect(await readUntil(() => service.handlers['page/show']({ subjects }, 1))).toBeLessThan(2 * perTask);
  expect(await readUntil(() => service.handlers['run/seen']({ ids: ['run-1'] }))).toBeLessThan(2 * perTask);
  const cancel = async () => {
    await service.handlers['run/cancel']({ id: 'run-1' });
    await service.until(() => service.store.get('run-1')?.state === 'cancelled');
  };
  expect(await readUntil(cancel)).toBeLessThan(3 * perTask);
  expect([...flood.cancelled]).toEqual(['http://two.example:7835/v1/jobs/job-1']);
  expect(live().map(({ id }) => id)).toEqual(['run-0', 'run-2']);
  service.terminate();
});
