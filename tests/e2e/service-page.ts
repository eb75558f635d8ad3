import type { Page } from '@playwright/test';
import type { MessageType, Reply, Request, Response } from '../../lib/messages/contract.ts';
import { isRunKey } from '../../lib/runs/keys.ts';
import type { Run, StepName } from '../../lib/runs/run.ts';
import { type Extension, expect } from './fixtures.ts';

/**
 * A page of the extension that runs none of its code, so that only the test sends requests and starts the service worker. It
 * can send what popup and page send, and read what is stored.
 */
export type ServicePage = {
  page: Page;
  ask<T extends MessageType>(type: T, request: Request<T>): Promise<Response<T>>;
  /** Starts the service worker, as every view does when it is opened. */
  wake(): Promise<void>;
  stored(): Promise<Record<string, unknown>>;
  store(items: Record<string, unknown>): Promise<void>;
  /** The stored runs, oldest click first. */
  runs(): Promise<Run[]>;
  alarms(): Promise<string[]>;
};

export async function openServicePage(extension: Pick<Extension, 'openExtensionPage'>): Promise<ServicePage> {
  const page = await extension.openExtensionPage('manifest.json');
  const stored = () => page.evaluate(() => chrome.storage.local.get() as Promise<Record<string, unknown>>);
  async function ask<T extends MessageType>(type: T, request: Request<T>): Promise<Response<T>> {
    let reply: Reply<MessageType> | undefined;
    while (!reply) {
      // A service worker that is being terminated receives nothing; `lib/messages/send.ts` repeats the request as well.
      reply = await page.evaluate(
        (message) =>
          (chrome.runtime.sendMessage(message) as Promise<Reply<MessageType>>).catch((error: Error) => {
            if (!error.message.includes('Receiving end')) throw error;
            return undefined;
          }),
        { type, request },
      );
    }
    if (!reply.ok) throw new Error(`${type}: ${reply.error.code}: ${reply.error.message}`);
    return reply.value as Response<T>;
  }
  return {
    page,
    ask,
    wake: async () => void (await ask('run/sync', {})),
    stored,
    store: (items) => page.evaluate((given) => chrome.storage.local.set(given), items),
    runs: async () => {
      const records = Object.entries(await stored()).filter(([key]) => isRunKey(key));
      return records.map(([, run]) => run as Run).sort((a, b) => a.order - b.order);
    },
    alarms: () => page.evaluate(async () => (await chrome.alarms.getAll()).map(({ name }) => name)),
  };
}

const quickly = { intervals: [50], timeout: 30_000 };

/** Waits until the stored runs, in click order, match. */
export async function expectRuns(service: ServicePage, ...expected: object[]): Promise<void> {
  await expect.poll(() => service.runs(), quickly).toMatchObject(expected);
}

type Fields = Record<string, unknown>;

/** For `expectRuns`: a run with such a step, or with such a job in that step. */
export const withStep = (name: StepName, step: Fields): object => ({
  steps: expect.arrayContaining([expect.objectContaining({ name, ...step })]),
});
export const withJob = (name: StepName, job: Fields): object => withStep(name, { job: expect.objectContaining(job) });
export const sometime: unknown = expect.any(Number);

/** Expects no alarm unless a run polls for a manually started worker, no log without its run, and no quarantined record. */
export async function expectTidy(service: ServicePage): Promise<void> {
  const polls = (await service.runs()).some(({ state, manual }) => state === 'choose' && manual?.nextPollAt);
  await expect.poll(() => service.alarms(), quickly).toEqual(polls ? ['runs'] : []);
  const stored = await service.stored();
  const known = new Set(['settings', 'last-choice']);
  for (const key of Object.keys(stored).filter(isRunKey)) known.add(key).add(key.replace('run:', 'log:'));
  expect(Object.keys(stored).filter((key) => !known.has(key))).toEqual([]);
}
