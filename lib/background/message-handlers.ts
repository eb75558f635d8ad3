import { browser } from '../browser.ts';
import { askForConfirmation } from '../confirmation.ts';
import { RbeeError } from '../errors.ts';
import { isHiveAddress, isLoopback } from '../hive/address.ts';
import type { Handlers } from '../messages/receive.ts';
import { isOver } from '../runs/attention.ts';
import { createRun, isBare, isSameSubject, latestFirst, type Wishes, waitingFor } from '../runs/create-run.ts';
import { activeStep, isFinished } from '../runs/reducer.ts';
import type { Run } from '../runs/run.ts';
import type { Runner } from '../runs/runner.ts';
import { parseSubject } from '../subject.ts';
import { makeChoices } from './choices.ts';
import { makeOffer, type OfferDeps } from './offer.ts';
import { openPopup, openRun } from './open-run.ts';
import type { Pages } from './pages.ts';
import { createRateLimit } from './rate-limit.ts';
import { makeSummary } from './summary.ts';

/** A worker proven this lately is not asked again. */
const provenForMs = 5_000;
/** A view is not kept waiting longer for the proof; it hears of it through storage. */
const proofWaitMs = 1_500;

type Deps = OfferDeps & {
  runner: Runner;
  pages: Pages;
  now(): number;
};

/** What the service worker does for each message. Every handler may be the first thing it does after it woke up. */
export function createCommands(deps: Deps): Handlers {
  const { store, runner, hives, lastChoice, pages, now } = deps;
  const forever = new AbortController().signal;
  const proofLimit = createRateLimit({ burst: 5, everyMs: 5_000 }, now);
  const summaryLimit = createRateLimit({ burst: 5, everyMs: 3_000 }, now);
  const choicesLimit = createRateLimit({ burst: 5, everyMs: 2_000 }, now);

  function find(id: string): Run {
    const run = store.get(id);
    if (!run) throw new RbeeError('message-rejected', id);
    return run;
  }

  /** Stored before anything is sent; only then does it go on. */
  async function goOn(id: string): Promise<{ run: Run }> {
    await store.flush();
    runner.schedule();
    return { run: find(id) };
  }

  /** For what is asked of one run. */
  const onRun =
    <R extends { id: string }>(act: (run: Run, request: R) => unknown) =>
    async (request: R): Promise<{ run: Run }> => {
      await store.ready;
      await act(find(request.id), request);
      return goOn(request.id);
    };

  /** Asks every worker that is said to be running whether it is. */
  async function prove(runs: Run[]): Promise<void> {
    await Promise.all(
      runs.map(async (run) => {
        const { worker } = run;
        if (run.state !== 'running' || !worker || Math.abs(now() - (worker.provenAt ?? 0)) < provenForMs) return;
        const hive = hives.client(run.hive);
        const health = await hive.workerHealth(worker.port, forever);
        if (health === 'healthy') store.apply(run.id, { type: 'worker-proven' });
        // A time-out proves nothing: the machine may be busy, or the network away. Nor does another machine's refusal alone.
        else if (
          health === 'other' ||
          (health === 'refused' &&
            (isLoopback(run.hive) ||
              (await hive.telemetry(forever))?.workers.every(({ port }) => port !== worker.port)))
        )
          store.apply(run.id, { type: 'worker-gone' });
      }),
    );
  }

  const runsOf = (subjects: string[]): Run[] =>
    store.all().filter((run) => subjects.some((subject) => isSameSubject(run, subject)));

  const nextOrder = () => Math.max(0, ...store.all().map(({ order }) => order)) + 1;

  /** A new attempt is a new click: it goes to the end of the queue, and to no hive that nobody names any more. */
  function retry({ id, hive }: Run, wishes: Wishes = {}): Promise<{ run: Run }> {
    store.apply(id, { type: 'retried', ...wishes, hive: hives.orPreferred(hive), order: nextOrder() });
    return goOn(id);
  }

  async function verified(hive: string) {
    await hives.ready;
    return hives.verify(hives.known(hive) ?? hive, forever);
  }

  return {
    async 'run/start'({ subject: text, hive: asked, backend: worker, bare = false, repo }) {
      await store.ready;
      await hives.ready;
      const hive = hives.known(asked === 'best' ? undefined : asked);
      const subject = parseSubject(text);
      if (!subject || (bare && subject.kind !== 'worker')) throw new RbeeError('message-rejected', text);
      if (subject.kind === 'civitai') throw new RbeeError('unsupported-source', text);
      // No await from here to `add`: clicks of several tabs arrive together, and must find the first one's run.
      const { file = undefined, repo: own = '' } = subject.kind === 'model' ? subject : {};
      const waiting = repo || file ? waitingFor(store.all(), text, hive) : undefined;
      const goal = hive ?? waiting?.hive ?? hives.preferred();
      if (file) void lastChoice.set(goal, file);
      if (waiting) {
        if (hive) store.apply(waiting.id, { type: 'hive-up', hive });
        store.apply(waiting.id, { type: 'picked', repo: repo ?? own, path: file });
        return goOn(waiting.id);
      }
      const known = store
        .all()
        .filter((run) => isSameSubject(run, text) && isBare(run) === bare && (!hive || run.hive === hive))
        .filter((run) => !repo || run.picked?.repo === repo)
        // A model that is on its way or has failed is the same run with another worker; what runs or is installed with one is not.
        .filter(
          ({ state, device, backend = device?.backend }) =>
            !worker || worker === backend || (subject.kind === 'model' && state !== 'running'),
        )
        .sort(latestFirst)[0];
      if (known) {
        const anyHive = (asked === 'best' && hives.usesBestFit(asked)) || undefined;
        return retry(known, { anyHive, backend: worker });
      }
      const wishes = {
        bare,
        ...(hives.usesBestFit(asked) && { anyHive: true }),
        ...(worker && { backend: worker }),
        ...(repo && { picked: { repo } }),
      };
      const run = createRun(subject, goal, nextOrder(), now(), wishes);
      store.add(run);
      return goOn(run.id);
    },

    async 'run/confirm'(request) {
      if (!parseSubject(request.subject)) throw new RbeeError('message-rejected', request.subject);
      await askForConfirmation(request, now());
      await openPopup();
      return {};
    },

    async 'run/retry'({ id }) {
      await Promise.all([store.ready, hives.ready]);
      return retry(find(id));
    },

    'run/cancel': onRun(({ id }) => runner.cancel(id)),

    async 'run/open'({ id }) {
      await openRun(id);
      return {};
    },

    async 'run/sync'({ subjects }) {
      await store.ready;
      const shown = () =>
        store.all().filter((run) => !subjects || subjects.some((subject) => isSameSubject(run, subject)));
      runner.schedule();
      let there: string[] = [];
      const lookThere = async (wanted: ReadonlySet<string>) => {
        const ids = [...(await hives.downloadedIds(forever))];
        there = ids.filter((id) => wanted.has(`hf:${id}`) || wanted.has(`hf:${id.replace(/:.*/, '')}`));
      };
      const looks = [prove(shown()), subjects?.join().includes('hf:') && lookThere(new Set(subjects))];
      await Promise.race([Promise.all(looks), new Promise((resolve) => setTimeout(resolve, proofWaitMs))]);
      return { runs: shown(), there };
    },

    async 'page/show'({ subjects }, tabId) {
      if (tabId === undefined) throw new RbeeError('message-rejected', 'page/show');
      await store.ready;
      const state = await pages.show(tabId, subjects);
      runner.schedule();
      if (proofLimit.tryTake(tabId)) void prove(runsOf(subjects));
      if (subjects.some((subject) => subject.startsWith('hf:'))) {
        void hives.downloadedIds(forever).then(pages.setDownloaded);
      }
      return state;
    },

    'run/check': onRun(async (run) => {
      if (run.state === 'offline') await runner.lookForHives(forever);
      else if (activeStep(run)?.job) store.apply(run.id, { type: 'checked', nextCheckAt: now() });
      runner.nudge(run.id);
    }),

    'run/again': onRun(async ({ id }) => {
      store.apply(id, { type: 'again-asked' });
      await store.flush();
      runner.nudge(id);
    }),

    'run/agree': onRun(({ id }) => store.apply(id, { type: 'agreed' })),

    'run/stop': onRun(async ({ id, hive: url, worker, state }) => {
      if (state !== 'running' || !worker) throw new RbeeError('message-rejected', id);
      const hive = hives.client(url);
      const pid = worker.pid ?? (await hive.telemetry(forever))?.workers.find(({ port }) => port === worker.port)?.pid;
      if (!pid) throw new RbeeError('message-rejected', id);
      await hive.stopWorker(pid, forever);
      const health = await hive.workerHealth(worker.port, forever);
      if (health === 'healthy') throw new RbeeError('message-rejected', id);
      store.apply(id, { type: 'worker-gone' });
    }),

    async 'run/dismiss'({ id }) {
      await store.ready;
      if (!isOver(find(id))) throw new RbeeError('message-rejected', id);
      store.remove(id);
      runner.nudge(id);
      await store.flush();
      return {};
    },

    async 'run/seen'({ ids }) {
      await store.ready;
      for (const id of ids) store.apply(id, { type: 'seen' });
      return {};
    },

    async 'hive/status'() {
      const statuses = await hives.status(forever);
      if (statuses.some(({ state }) => state === 'connected'))
        void store.ready.then(() => runner.lookForHives(forever));
      return { hives: statuses };
    },

    async 'hive/prefer'({ url }) {
      await hives.prefer(hives.known(url));
      return { hives: await hives.status(forever) };
    },

    async 'page/look'() {
      return { look: await (await fetch('/assets/look.css')).text() };
    },

    async 'hive/test'({ url }) {
      if (!isHiveAddress(url)) throw new RbeeError('message-rejected', url);
      return hives.test(url, forever);
    },

    async 'subject/offer'(request) {
      await Promise.all([store.ready, hives.ready]);
      return makeOffer(request, deps);
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
      await hives.client(url).deleteModel(id, forever);
      await hives.forgetModels(url);
      return hives.models(url, forever);
    },

    'hive/models': async ({ hive }) => hives.models((await verified(hive)).url, forever),
  };
}

/** Alarms of this name wake the service worker while a run waits for something. */
export const lookAlarm = 'look-after-runs';

/** The alarm exists exactly while some run goes on without a person. Thirty seconds are the shortest a browser allows. */
export function createAlarm(): (runs: readonly Run[]) => Promise<void> {
  let kept: Promise<void> = Promise.resolve();
  return (runs) => {
    const needed = runs.some((run) => !isFinished(run) && run.state !== 'choose');
    // One after the other: a look at what is there means nothing while an earlier change is still under way.
    kept = kept
      .catch(() => {})
      .then(async () => {
        const exists = (await browser.alarms.get(lookAlarm)) !== undefined;
        if (needed && !exists) await browser.alarms.create(lookAlarm, { periodInMinutes: 0.5 });
        if (!needed && exists) await browser.alarms.clear(lookAlarm);
      });
    return kept;
  };
}
