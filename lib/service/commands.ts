import { browser } from '../browser.ts';
import { RbeeError } from '../errors.ts';
import { isHiveAddress, isLoopback } from '../hive/address.ts';
import type { HubClient } from '../hub/client.ts';
import type { Handlers } from '../messages/receive.ts';
import { isOver } from '../runs/arrange.ts';
import { createRun, isSameSubject } from '../runs/create-run.ts';
import { activeStep, isFinished } from '../runs/reducer.ts';
import type { Run } from '../runs/run.ts';
import type { Runner } from '../runs/runner.ts';
import type { Store } from '../runs/store.ts';
import { parseSubject } from '../subject.ts';
import type { Hives } from './hives.ts';
import type { createLastChoice } from './last-choice.ts';
import { makeOffer } from './offer.ts';
import { openRun } from './open-run.ts';

/** A worker proven this lately is not asked again. */
const provenForMs = 5_000;
/** A view is not kept waiting longer for the proof; it hears of it through storage. */
const proofWaitMs = 1_500;

type Deps = {
  store: Store;
  runner: Runner;
  hives: Hives;
  hub: HubClient;
  lastChoice: ReturnType<typeof createLastChoice>;
  now(): number;
};

/** What the service worker does for each message. Every handler may be the first thing it does after it woke up. */
export function createCommands({ store, runner, hives, hub, lastChoice, now }: Deps): Handlers {
  const forever = new AbortController().signal;

  function find(id: string): Run {
    const run = store.get(id);
    if (!run) throw new RbeeError('message-rejected', 'This run is gone.');
    return run;
  }

  /** Stored before anything is sent; only then does it go on. */
  async function goOn(id: string): Promise<{ run: Run }> {
    await store.flush();
    runner.schedule();
    return { run: find(id) };
  }

  /** Asks every worker that is said to be running whether it is. */
  async function prove(runs: Run[]): Promise<void> {
    await Promise.all(
      runs.map(async (run) => {
        const { worker } = run;
        if (run.state !== 'running' || !worker || Math.abs(now() - (worker.provenAt ?? 0)) < provenForMs) return;
        const hive = hives.client(run.hive);
        const health = await hive.workerHealth(worker.port, forever);
        if (health === 'healthy') store.apply(run.id, { type: 'worker-proven', at: now() });
        // A time-out proves nothing: the machine may be busy, or the network away. Nor does another machine's refusal alone.
        else if (
          health === 'other' ||
          (health === 'refused' &&
            (isLoopback(run.hive) ||
              (await hive.telemetry(forever))?.workers.every(({ port }) => port !== worker.port)))
        )
          store.apply(run.id, { type: 'worker-gone', at: now() });
      }),
    );
  }

  const nextOrder = () => Math.max(0, ...store.all().map(({ order }) => order)) + 1;

  /** A new attempt is a new click: it goes to the end of the queue, and to no hive that nobody names any more. */
  function retry({ id, hive }: Run): Promise<{ run: Run }> {
    store.apply(id, { type: 'retried', at: now(), hive: hives.orPreferred(hive), order: nextOrder() });
    return goOn(id);
  }

  async function verified(hive: string) {
    await hives.ready;
    return hives.verify(hives.known(hive) ?? hive, forever);
  }

  return {
    async 'run/start'({ subject: text, hive: named }) {
      await store.ready;
      await hives.ready;
      const hive = hives.known(named);
      const subject = parseSubject(text);
      if (!subject) throw new RbeeError('message-rejected', text);
      if (subject.kind === 'civitai') throw new RbeeError('unsupported-source', text);
      // No await from here to `add`: clicks of several tabs arrive together, and must find the first one's run.
      const known = store
        .all()
        .filter((run) => isSameSubject(run, text) && (hive === undefined || run.hive === hive))
        .sort((a, b) => b.order - a.order)[0];
      if (known) return retry(known);
      const run = createRun(subject, hive ?? hives.preferred(), nextOrder(), now());
      store.add(run);
      if (subject.kind === 'model' && subject.file) void lastChoice.set(run.hive, subject.file);
      return goOn(run.id);
    },

    async 'run/retry'({ id }) {
      await Promise.all([store.ready, hives.ready]);
      return retry(find(id));
    },

    async 'run/cancel'({ id }) {
      await store.ready;
      runner.cancel(find(id).id);
      return goOn(id);
    },

    async 'run/open'({ id }) {
      await openRun(id);
      return {};
    },

    async 'run/sync'({ subjects }) {
      await store.ready;
      const shown = () =>
        store.all().filter((run) => !subjects || subjects.some((subject) => isSameSubject(run, subject)));
      runner.schedule();
      await Promise.race([prove(shown()), new Promise((resolve) => setTimeout(resolve, proofWaitMs))]);
      return { runs: shown() };
    },

    async 'run/check'({ id }) {
      await store.ready;
      const run = find(id);
      if (run.state === 'offline') await runner.lookForHives(forever);
      else if (activeStep(run)?.job) store.apply(id, { type: 'checked', at: now(), nextCheckAt: now() });
      runner.nudge(id);
      return goOn(id);
    },

    async 'run/again'({ id }) {
      await store.ready;
      store.apply(find(id).id, { type: 'again-asked', at: now() });
      await store.flush();
      runner.nudge(id);
      return goOn(id);
    },

    async 'run/pick'({ id, repo, path }) {
      await store.ready;
      const run = find(id);
      const subject = parseSubject(`hf:${repo}${path ? `:${path}` : ''}`);
      if (subject?.kind !== 'model') throw new RbeeError('message-rejected', repo);
      store.apply(id, { type: 'picked', at: now(), repo, path });
      if (path) await lastChoice.set(run.hive, path);
      return goOn(id);
    },

    async 'run/agree'({ id }) {
      await store.ready;
      store.apply(find(id).id, { type: 'agreed', at: now() });
      return goOn(id);
    },

    async 'run/stop'({ id }) {
      await store.ready;
      const { hive, worker, state } = find(id);
      if (state !== 'running' || !worker) throw new RbeeError('message-rejected', 'It is not running.');
      const pid =
        worker.pid ??
        (await hives.client(hive).telemetry(forever))?.workers.find(({ port }) => port === worker.port)?.pid;
      if (!pid) throw new RbeeError('hive-rejected', 'Its process is not known.');
      await hives.client(hive).stopWorker(pid, forever);
      const health = await hives.client(hive).workerHealth(worker.port, forever);
      if (health === 'healthy') throw new RbeeError('hive-rejected', 'It still answers.');
      store.apply(id, { type: 'worker-gone', at: now() });
      return goOn(id);
    },

    async 'run/dismiss'({ id }) {
      await store.ready;
      if (!isOver(find(id))) throw new RbeeError('message-rejected', 'It is still under way.');
      store.remove(id);
      runner.nudge(id);
      await store.flush();
      return {};
    },

    async 'run/seen'({ ids }) {
      await store.ready;
      for (const id of ids) store.apply(id, { type: 'seen', at: now() });
      return {};
    },

    async 'hive/status'() {
      const statuses = await hives.status(forever);
      if (statuses.some(({ state }) => state === 'connected'))
        void store.ready.then(() => runner.lookForHives(forever));
      return { hives: statuses };
    },

    async 'hive/test'({ url }) {
      if (!isHiveAddress(url)) throw new RbeeError('message-rejected', `Not the address of a hive: ${url}`);
      return hives.test(url, forever);
    },

    async 'subject/offer'({ subject: text, hive }) {
      await hives.ready;
      const subject = parseSubject(text);
      if (subject?.kind !== 'model') throw new RbeeError('message-rejected', text);
      const wanted = hives.known(hive) ?? hives.preferred();
      return makeOffer(subject.repo, wanted, { hub, hives, last: await lastChoice.get(wanted) }, forever);
    },

    async 'model/delete'({ hive, id }) {
      const { url } = await verified(hive);
      await hives.client(url).deleteModel(id, forever);
      hives.forgetModels(url);
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
