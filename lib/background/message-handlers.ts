import { askForConfirmation } from '../confirmation.ts';
import { RbeeError } from '../errors.ts';
import { isHiveAddress } from '../hive/address.ts';
import { servesModel } from '../hive/processes.ts';
import type { RunReply } from '../messages/contract.ts';
import type { Handlers } from '../messages/receive.ts';
import { neverAborts } from '../never-aborts.ts';
import { isSameSubject } from '../runs/create-run.ts';
import type { Run } from '../runs/run.ts';
import type { Runner } from '../runs/runner.ts';
import { hasEnded } from '../runs/steps.ts';
import { parseSubject } from '../subject.ts';
import { openPopup, openRun } from './open-run.ts';
import type { Pages } from './pages.ts';
import { proveWorkers } from './prove-workers.ts';
import { createRateLimit } from './rate-limit.ts';
import { retryRun, startRun } from './start-run.ts';
import { makeChoices } from './subject-choices.ts';
import type { SubjectDeps } from './subject-facts.ts';
import { makeSummary } from './subject-summary.ts';

/** A view gets its answer after this time; later results reach it through storage. */
const proofWaitMs = 1_500;

type Deps = SubjectDeps & {
  runner: Runner;
  pages: Pages;
  now(): number;
};

/** What the service worker does for each message. Every handler may be the first thing it does after it woke up. */
export function createMessageHandlers(deps: Deps): Handlers {
  const { store, runner, hives, pages, now } = deps;
  const proofLimit = createRateLimit({ burst: 5, everyMs: 5_000 }, now);
  const summaryLimit = createRateLimit({ burst: 5, everyMs: 3_000 }, now);
  const choicesLimit = createRateLimit({ burst: 5, everyMs: 2_000 }, now);

  function find(id: string): Run {
    const run = store.get(id);
    if (!run) throw new RbeeError('message-rejected', id);
    return run;
  }

  /**
   * A POST starts nothing, so it is sent before the run is stored: the write would delay it. The runner stores the run
   * again before it opens the stream, which starts the job. A page that asked has the new state when it gets the reply.
   */
  async function persistAndSchedule(id: string, tabId?: number): Promise<RunReply> {
    runner.schedule();
    await new Promise((resolve) => setTimeout(resolve));
    await store.flush();
    if (tabId !== undefined) await pages.push(tabId);
    return { id };
  }

  /** A handler for a request about one run. */
  const onRun =
    <R extends { id: string }>(act: (run: Run, request: R) => unknown) =>
    async (request: R, tabId?: number): Promise<RunReply> => {
      await store.ready;
      await act(find(request.id), request);
      return persistAndSchedule(request.id, tabId);
    };

  /** The user wants the hive to do a step again. */
  const tryAgain = (type: 'resubmit-asked' | 'try-hive-asked') =>
    onRun(async ({ id }) => {
      store.apply(id, { type });
      await store.flush();
      runner.runChanged(id);
    });

  const runsOf = (subjects: string[]): Run[] =>
    store.all().filter((run) => subjects.some((subject) => isSameSubject(run, subject)));

  async function verified(hive: string) {
    await hives.ready;
    return hives.verify(hives.known(hive) ?? hive, neverAborts);
  }

  return {
    async 'run/start'(request, tabId) {
      await Promise.all([store.ready, hives.ready]);
      return persistAndSchedule(startRun(request, deps), tabId);
    },

    async 'run/confirm'(request) {
      if (!parseSubject(request.subject)) throw new RbeeError('message-rejected', request.subject);
      await askForConfirmation(request, now());
      await openPopup();
      return {};
    },

    'run/retry': onRun(async (run) => {
      await hives.ready;
      retryRun(run, deps);
    }),

    'run/cancel': onRun(runner.cancel),

    async 'run/open'({ id }) {
      await openRun(id);
      return {};
    },

    async 'run/sync'() {
      await store.ready;
      runner.schedule();
      const proofs = proveWorkers(store.all(), deps);
      await Promise.race([proofs, new Promise((resolve) => setTimeout(resolve, proofWaitMs))]);
      return {};
    },

    async 'page/show'({ subjects }, tabId) {
      if (tabId === undefined) throw new RbeeError('message-rejected', 'page/show');
      await store.ready;
      const state = await pages.show(tabId, subjects);
      runner.schedule();
      if (proofLimit.tryTake(tabId)) void proveWorkers(runsOf(subjects), deps);
      if (subjects.some((subject) => subject.startsWith('hf:'))) {
        void hives.downloadedIds(neverAborts).then(pages.setDownloaded);
      }
      return state;
    },

    'run/check': onRun(async (run) => {
      if (run.state === 'offline') await runner.lookForHives(neverAborts);
      else runner.check(run);
    }),

    'run/resubmit': tryAgain('resubmit-asked'),
    'run/try-hive': tryAgain('try-hive-asked'),

    'run/agree': onRun(({ id }) => store.apply(id, { type: 'agreed' })),

    'run/stop': onRun(async ({ id, hive, worker, state, model: own, path }) => {
      if (state !== 'running' || !worker) throw new RbeeError('message-rejected', id);
      const client = hives.client(hive);
      hives.forgetWorkers(hive);
      const listed = (await hives.workers(hive, neverAborts)).find(({ port }) => port === worker.port);
      // The user may have started another model on this port since.
      const isOther = own && listed?.model && !servesModel(listed, own, path);
      if (!listed?.pid || isOther) throw new RbeeError('not-stopped', id);
      await client.stopWorker(listed.pid, neverAborts);
      hives.forgetWorkers(hive);
      const probe = await client.probeWorker(worker.port, neverAborts);
      if (probe.state === 'healthy') throw new RbeeError('not-stopped', id);
      store.apply(id, { type: 'worker-gone' });
    }),

    async 'run/dismiss'({ id }) {
      await store.ready;
      if (!hasEnded(find(id))) throw new RbeeError('message-rejected', id);
      store.remove(id);
      pages.changed();
      runner.runChanged(id);
      await store.flush();
      return {};
    },

    async 'run/seen'({ ids }) {
      await store.ready;
      for (const id of ids) store.apply(id, { type: 'seen' });
      return {};
    },

    async 'hive/status'() {
      const statuses = await hives.status(neverAborts);
      if (statuses.some(({ state }) => state === 'connected'))
        void store.ready.then(() => runner.lookForHives(neverAborts));
      return { hives: statuses };
    },

    async 'hive/set-default'({ url }) {
      await hives.setDefaultHive(hives.known(url));
      return { hives: await hives.status(neverAborts) };
    },

    async 'hive/test'({ url }) {
      if (!isHiveAddress(url)) throw new RbeeError('message-rejected', url);
      return hives.test(url, neverAborts);
    },

    async 'subject/summary'({ subject }, tabId) {
      if (tabId !== undefined) await summaryLimit.take(tabId);
      await Promise.all([store.ready, hives.ready]);
      return makeSummary(subject, deps);
    },

    async 'subject/choices'(request, tabId) {
      if (tabId !== undefined) await choicesLimit.take(tabId);
      await Promise.all([store.ready, hives.ready]);
      return makeChoices(request, deps);
    },

    async 'model/delete'({ hive, id }) {
      const { url } = await verified(hive);
      await hives.client(url).deleteModel(id, neverAborts);
      await hives.forgetModels(url);
      return hives.models(url, neverAborts);
    },

    'hive/models': async ({ hive }) => hives.models((await verified(hive)).url, neverAborts),
  };
}
