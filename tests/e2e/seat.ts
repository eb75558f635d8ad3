import type { Page } from '@playwright/test';
import type { MessageType, Reply, Request, Response } from '../../lib/messages/contract.ts';
import { isRunKey } from '../../lib/runs/keys.ts';
import type { Run, StepName } from '../../lib/runs/run.ts';
import { type Extension, expect } from './fixtures.ts';

/**
 * A test's place inside the extension: asks the service worker what popup and page ask, and reads what is stored. Runs none
 * of the extension's code, so that nothing is asked, woken or kept alive unless the test does it.
 */
export type Seat = {
  page: Page;
  ask<T extends MessageType>(type: T, request: Request<T>): Promise<Response<T>>;
  /** What every view does when it is opened. */
  wake(): Promise<void>;
  stored(): Promise<Record<string, unknown>>;
  store(items: Record<string, unknown>): Promise<void>;
  /** The stored runs, oldest click first. */
  runs(): Promise<Run[]>;
  alarms(): Promise<string[]>;
};

export async function takeSeat(extension: Pick<Extension, 'openExtensionPage'>): Promise<Seat> {
  const page = await extension.openExtensionPage('manifest.json');
  const stored = () => page.evaluate(() => chrome.storage.local.get() as Promise<Record<string, unknown>>);
  async function ask<T extends MessageType>(type: T, request: Request<T>): Promise<Response<T>> {
    let reply: Reply<MessageType> | undefined;
    while (!reply) {
      // A service worker that is being ended takes no message; `lib/messages/send.ts` asks again as well.
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

/** Waits until the stored runs, in click order, are like this. */
export async function expectRuns(seat: Seat, ...expected: object[]): Promise<void> {
  await expect.poll(() => seat.runs(), quickly).toMatchObject(expected);
}

type Fields = Record<string, unknown>;

/** For `expectRuns`: a run with such a step, or with such a job in that step. */
export const withStep = (name: StepName, step: Fields): object => ({
  steps: expect.arrayContaining([expect.objectContaining({ name, ...step })]),
});
export const withJob = (name: StepName, job: Fields): object => withStep(name, { job: expect.objectContaining(job) });
export const sometime: unknown = expect.any(Number);

/** Nothing is left over: no alarm, since nothing goes on, no log without its run, no record set aside. */
export async function expectTidy(seat: Seat): Promise<void> {
  await expect.poll(() => seat.alarms(), quickly).toEqual([]);
  const stored = await seat.stored();
  const known = new Set(['settings', 'last-choice']);
  for (const key of Object.keys(stored).filter(isRunKey)) known.add(key).add(key.replace('run:', 'log:'));
  expect(Object.keys(stored).filter((key) => !known.has(key))).toEqual([]);
}
