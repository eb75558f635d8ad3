import { RbeeError } from '../errors.ts';
import { HiveUnreachable } from '../hive/client.ts';
import type { VerifiedHive } from '../hive/types.ts';
import { sleep } from './back-off.ts';
import {
  checkLater,
  maxChecksAfterEnd,
  type Verdict,
  verdictWithoutAnswer,
  verdictWithoutEvidence,
} from './decide-without-evidence.ts';
import type { RunEvent } from './events.ts';
import { type Evidence, findEvidence, isInstalled } from './evidence.ts';
import { chooseFreePort, findManualWorker, lookBeforeSpawn, stopProcess } from './find-worker.ts';
import { askIfOffline, type FollowDeps, followJob } from './follow-job.ts';
import type { Planner } from './planner.ts';
import { recentHiveFailure } from './recent-hive-failure.ts';
import type { Action } from './resume-rules.ts';
import type { Run, Step } from './run.ts';
import { neededWorker, operationFor } from './step-operation.ts';
import { sharesModel } from './steps.ts';
import { longestPollMs, nextPollAt } from './wake-up.ts';

/** A hive that is offline for so long takes no cancel any more: the run ends, and says what may remain. */
const cancelGivesUpMs = 24 * 3_600_000;

export type ActionDeps = FollowDeps & {
  planner: Planner;
  /** Throws `HiveUnreachable`, or an `RbeeError` where something else answers. Verified within the last minute. */
  verify(hive: string, signal: AbortSignal): Promise<VerifiedHive>;
};

/** What an action works with. `wake` aborts it when the run changed in another way; `following` is set while a stream is read. */
export type Turn = { run: Run; step: Step; wake: AbortSignal; following: (stop: AbortController | undefined) => void };

/** One function for each action of the resume rules. Each changes the run, or throws. */
export function createActions(deps: ActionDeps): Record<Exclude<Action, 'rest'>, (turn: Turn) => Promise<void>> {
  const { store, client, planner, verify, now } = deps;

  const apply = (run: Run, event: RunEvent): Run | undefined => store.apply(run.id, event);
  const until = (at: number | undefined, signal: AbortSignal) => sleep((at ?? 0) - now(), signal);

  return {
    async resolve({ run, step, wake }) {
      await until(step.retry?.at, wake);
      const hive = await planner.selectHive(run, wake);
      apply(run, { type: 'hive-selected', hive: hive.url });
      const resolution = await planner.chooseFile({ ...run, hive: hive.url }, hive.devices, wake);
      apply(run, resolution);
    },

    async 'check-binary'({ run, step, wake }) {
      if (!run.device) {
        const hive = await planner.selectHive(run, wake);
        apply(run, { type: 'hive-selected', hive: hive.url });
        apply(run, { type: 'device-chosen', device: planner.chooseDevice(run, hive.devices) });
        return;
      }
      const hive = client(run.hive);
      const installed = await hive.installedWorkers(wake);
      const hasBinary = installed.some((worker) => isInstalled(worker, neededWorker(run)));
      const isInstallOnly = !run.steps.some(({ name }) => name === 'spawn');
      if (hasBinary) {
        apply(run, isInstallOnly ? { type: 'proven', step: 'install', note: 'already-there' } : { type: 'skipped' });
        return;
      }
      if (isInstallOnly) {
        apply(run, { type: 'agreed' });
        return;
      }
      // A worker that the user started needs no entry in the hive's worker catalog.
      const { worker } = run.model ? await lookBeforeSpawn(run, step, store.all(), hive, wake) : {};
      if (worker) apply(run, { type: 'worker-found', worker, note: 'already-there' });
      else if (run.model && isKnownToFail(run, installed)) await startManually(run, false, undefined, wake);
      else if (run.agreed) apply(run, { type: 'agreed' });
      else {
        // Until the user has decided, a worker that the user starts is an answer too.
        const port = run.model ? await chooseFreePort(run, store.all(), hive, wake) : undefined;
        const manual = port && { port, installed: false };
        apply(run, { type: 'choice-needed', reason: 'install', ...(manual && { manual }) });
      }
    },

    async submit({ run, step, wake }) {
      await until(step.retry?.at, wake);
      const hive = await verify(run.hive, wake);
      if (hive.url !== run.hive) {
        apply(run, { type: 'hive-selected', hive: hive.url });
        return;
      }
      if (step.name === 'download' && (await isDownloaded(run, step, wake))) return;
      const before = step.name === 'spawn' ? await beforeSpawn(run, step, wake) : {};
      if (!before) return;
      const jobId = await client(run.hive).submit(operationFor(run, step.name), wake);
      apply(run, { type: 'posted', step: step.name, jobId, ...before });
      // A POST starts nothing. The run and its job are stored before the stream is opened; if that fails, the job never runs.
      await store.flush();
    },

    async open({ run, step, wake, following }) {
      const { job } = step;
      if (!job) return;
      await until(job.nextCheckAt, wake);
      const stop = new AbortController();
      following(stop);
      try {
        await followJob(run, { ...step, job }, deps, stop);
      } finally {
        following(undefined);
      }
    },

    async 'mark-lost'({ run, step }) {
      if (step.job) apply(run, { type: 'lost', jobId: step.job.id });
    },

    async 'find-evidence'({ run, step, wake }) {
      const { job } = step;
      if (!job) return;
      await until(job.nextCheckAt, wake);
      let evidence: Evidence | undefined;
      try {
        evidence = await findEvidence(run, step, client(run.hive), wake);
      } catch (error) {
        if (wake.aborted || !(error instanceof RbeeError)) throw error;
        const verdict = verdictWithoutAnswer(run, step, job, error, now());
        const isRefused = error instanceof HiveUnreachable && error.why === 'refused';
        if (verdict) await conclude(run, verdict, wake);
        else apply(run, await askIfOffline(run, job, isRefused, deps, wake));
        return;
      }
      if (evidence) {
        const wasThere = job.state === 'ended' && job.as === 'failed' && step.name !== 'spawn';
        apply(run, { ...evidence, ...(wasThere && { note: 'already-there' as const }) });
        return;
      }
      const verdict = verdictWithoutEvidence(run, step, job, now());
      // A worker is looked for without the hive, so whether the hive is still there has to be asked.
      const mayBeOffline =
        step.name === 'spawn' && verdict.type === 'checked' && job.state === 'lost' && !job.offlineAt;
      if (mayBeOffline) apply(run, await askIfOffline(run, job, mayBeOffline, deps, wake));
      else await conclude(run, verdict, wake);
    },

    async resubmit({ run, step, wake }) {
      if (!(await cancelJob(run, step, wake))) return;
      if (step.name === 'spawn') await stopProcess(run, step, client(run.hive), wake);
      apply(run, { type: 'resubmitted', by: 'user' });
    },

    async poll({ run, wake }) {
      const { nextPollAt: at = 0 } = run.manual ?? {};
      // A longer pause comes from a clock that was set back.
      while (now() < at && at - now() <= longestPollMs) await until(at, wake);
      const hive = client(run.hive);
      const worker = await findManualWorker(run, store.all(), hive, wake);
      if (worker) {
        apply(run, { type: 'worker-found', worker });
        return;
      }
      // The hive may have given the displayed port to another worker since.
      const port = await chooseFreePort(run, store.all(), hive, wake);
      apply(run, { type: 'polled', port, nextPollAt: nextPollAt(run.manual?.since ?? 0, now()) });
    },

    async 'send-cancel'({ run, step, wake }) {
      await store.flush().catch(() => {});
      if (await cancelJob(run, step, wake)) apply(run, { type: 'cancel-sent' });
      else if (now() - (run.cancel?.askedAt ?? 0) > cancelGivesUpMs) {
        const note = mayLeaveProcess(step) ? ('process-may-remain' as const) : undefined;
        apply(run, { type: 'cancel-settled', ...(note && { note }) });
      }
    },

    async 'settle-cancel'({ run, step, wake }) {
      const note = mayLeaveProcess(step) ? await stopProcess(run, step, client(run.hive), wake) : undefined;
      apply(run, { type: 'cancel-settled', ...(note && { note }) });
    },
  };

  function isKnownToFail(run: Run, installed: readonly { id: string }[]): boolean {
    const ids = installed.map(({ id }) => id);
    return !run.tryHive && recentHiveFailure(run, store.all(), ids, now()) !== undefined;
  }

  /** Whether the catalog already has the model. Asked only if that is likely, so that a first click is not delayed. */
  async function isDownloaded(run: Run, step: Step, wake: AbortSignal): Promise<boolean> {
    const isLikely = run.attempt > 1 || step.retry || store.all().some((other) => sharesModel(run, other));
    const evidence = isLikely ? await findEvidence(run, step, client(run.hive), wake) : undefined;
    if (evidence) apply(run, { ...evidence, note: 'already-there' });
    return evidence !== undefined;
  }

  /** What was found before a spawn; undefined if the run goes on without one. */
  async function beforeSpawn(run: Run, step: Step, wake: AbortSignal) {
    const hive = client(run.hive);
    const { worker, ...before } = await lookBeforeSpawn(run, step, store.all(), hive, wake);
    if (worker) {
      apply(run, { type: 'worker-found', worker, note: 'already-there' });
      return undefined;
    }
    const mayFail = run.model && store.all().some((other) => other.hive === run.hive && other.hiveFailure);
    if (mayFail && isKnownToFail(run, await hive.installedWorkers(wake))) {
      await startManually(run, true, undefined, wake);
      return undefined;
    }
    return before;
  }

  async function startManually(
    run: Run,
    installed: boolean,
    failure: { code: RbeeError['code']; text: string } | undefined,
    wake: AbortSignal,
  ): Promise<void> {
    const hive = client(run.hive);
    const port = await chooseFreePort(run, store.all(), hive, wake);
    const ids = failure && (await hive.installedWorkers(wake).catch(() => [])).map(({ id }) => id);
    wake.throwIfAborted();
    apply(run, {
      type: 'manual-start',
      manual: { port, installed },
      ...(failure && ids && { failure: { ...failure, installed: ids } }),
    });
  }

  async function conclude(run: Run, verdict: Verdict, wake: AbortSignal): Promise<void> {
    if (verdict.type !== 'needs-manual-start') {
      apply(run, verdict);
      return;
    }
    const { code, text } = verdict;
    await startManually(run, code !== 'worker-missing' && code !== 'worker-install', { code, text }, wake);
  }

  /** False if the hive is offline; the next try has its time. */
  async function cancelJob(run: Run, { job }: Step, wake: AbortSignal): Promise<boolean> {
    if (!job) return true;
    await until(job.nextCheckAt, wake);
    try {
      await client(run.hive).cancel(job.id, wake);
      return true;
    } catch (error) {
      if (wake.aborted || !(error instanceof RbeeError)) throw error;
      if (error instanceof HiveUnreachable)
        apply(run, await askIfOffline(run, job, error.why === 'refused', deps, wake));
      else if (job.checks < maxChecksAfterEnd) apply(run, checkLater(job, now()));
      else throw error;
      return false;
    }
  }
}

/**
 * Whether the hive may have started a process. A job that is stored as posted counts too: the service worker may have been terminated
 * just after it had opened the stream.
 */
const mayLeaveProcess = ({ name, job }: Step): boolean => name === 'spawn' && job !== undefined;
