import type { HubRepo } from '../hub/repo.ts';
import { expect, test } from './fixtures.ts';
import { expectTidy, openServicePage } from './service-page.ts';

test.use({
  // The browser logs an interrupted response.
  allowConsole: [/^Failed to load resource: net::ERR_/],
});

/** The number of events after which each stream is cut. Each one is the stream of another file. */
const cuts = Array.from({ length: 20 }, (_, index) => index + 1);
const repo: HubRepo = {
  id: 'local/cuts',
  files: cuts.map((cut) => ({ path: `cut-${cut}.Q4_K_M.gguf`, size: 1_000_000 })),
};
const narrated = { action: 'download_progress', message: '⏳ Still downloading ({i}.0% complete)...' };

test.describe('a download whose stream is cut after any of its first twenty events', () => {
  // Each run ends with the question whether to install a worker binary, because 20 workers would test nothing more.
  test.use({ hiveOptions: { installed: [] }, hubOptions: { repos: [repo] } });

  test('is submitted once, and its run finds the model', async ({ extension, hive }) => {
    hive.setFaults([
      ...cuts.map((cut) => ({
        on: 'stream' as const,
        operation: 'model_download',
        times: 1,
        stream: { cutAfterEvents: cut, cutCleanly: cut % 2 === 0 },
      })),
      { after: 'hf_download_file', burst: { count: 15, ...narrated } },
    ]);
    const service = await openServicePage(extension);
    await service.store({ settings: { schema: 1, downloadsAtOnce: 4 } });
    await Promise.all(repo.files.map(({ path }) => service.ask('run/start', { subject: `hf:${repo.id}:${path}` })));

    const found = { state: 'choose', choice: 'install', attempt: 1, notes: ['maybe-not-loadable', 'found-after-loss'] };
    await expect.poll(() => service.runs(), { timeout: 40_000 }).toMatchObject(cuts.map(() => found));
    for (const job of hive.jobs.filter(({ operation }) => operation === 'model_download')) {
      expect(job.state).toBe('completed');
      const asked = hive.requests.filter(({ jobId }) => jobId === job.id);
      expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
    }
    const posted = hive.calls().filter((call) => call === 'POST model_download');
    expect(posted).toHaveLength(cuts.length);
    expect(hive.calls().filter((call) => call.startsWith('DELETE'))).toEqual([]);
    await expectTidy(service);
  });
});
