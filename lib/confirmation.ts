import * as z from 'zod/mini';
import { browser } from './browser.ts';
import type { Start } from './messages/contract.ts';
import { StartRequest } from './messages/receive.ts';

export const confirmationKey = 'confirmation';
/** A question that is older than this has been forgotten by the user. */
const validForMs = 5 * 60_000;

const Confirmation = z.strictObject({ at: z.number(), request: StartRequest });
/** A click that may not have been meant: `request` is sent as `run/start` once the user agrees. `at` is in ms since the epoch. */
export type Confirmation = z.infer<typeof Confirmation>;

/** Asks the user to confirm a request. A newer question replaces an older one. */
export async function askForConfirmation(request: Start, at = Date.now()): Promise<void> {
  await browser.storage.session.set({ [confirmationKey]: { at, request } });
}

/** The open question, if there is one. */
export async function readConfirmation(now = Date.now()): Promise<Confirmation | undefined> {
  return parseConfirmation((await browser.storage.session.get(confirmationKey))[confirmationKey], now);
}

/** Closes the question, whatever the answer was. */
export async function clearConfirmation(): Promise<void> {
  await browser.storage.session.remove(confirmationKey);
}

/** The stored question, unless it is invalid or too old. */
export function parseConfirmation(stored: unknown, now: number): Confirmation | undefined {
  const { data } = z.safeParse(Confirmation, stored);
  return data && Math.abs(now - data.at) < validForMs ? data : undefined;
}
