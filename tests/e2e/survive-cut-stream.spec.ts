import type { HubRepo } from '../hub/repo.ts';
import { expect, test } from './fixtures.ts';
import { expectTidy, openServicePage } from './service-page.ts';

test.use({
  // The browser's own line about a response that broke off.
  allowConsole: [/^Failed to load resource: net::ERR_/],
});

/** A model of its own for every place where a stream is cut. */
const cuts = Array.from({ length: 20 }, (_, index) => index + 1);
const repo: HubRepo = {
  id: 'local/cuts',
  files: cuts.map((cut) => ({ path: `cut-${cut}.Q4_K_M.gguf`, size: 1_000_000 })),
};
const narrated = { action: 'download_progress', message: '⏳ Still downloading ({i}.0% complete)...' };

test.describe('a stream of a download', () => {
  // Each run ends at the question for the worker binary: twenty worker processes would prove nothing more.
  test.use({ hiveOptions: { heartbeatMs: 50, installed: [] }, hubOptions: { repos: [repo] } });

  test('that is cut after any of its first twenty events leaves a run that finds its model and asks for it once', async ({
    extension,
    hive,
  }) => {
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

    const found = { state: 'choose', choice: 'install', attempt: 1, notes: ['found-after-loss'] };
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
