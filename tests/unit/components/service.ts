import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { MessageType, Reply } from '../../../lib/messages/contract.ts';

const noEvent = { addListener() {}, removeListener() {}, hasListener: () => false };
// The fake browser implements neither.
Object.assign(fakeBrowser.permissions, {
  onAdded: noEvent,
  onRemoved: noEvent,
  contains: async () => true,
  getAll: async () => ({}),
});
Object.assign(fakeBrowser.storage.local, { getKeys: undefined });

/** The element that tests render into. It is emptied and everything that was replaced is restored after each test. */
export const root = document.createElement('div');
beforeEach(() => document.body.append(root));
afterEach(() => {
  render(null, root);
  root.remove();
  vi.useRealTimers();
  vi.restoreAllMocks();
  fakeBrowser.reset();
});

type Answer = { ok: boolean; [field: string]: unknown };

export const rejected: Answer = { ok: false, error: { code: 'message-rejected', message: 'run-1' } };

/** Answers messages to the service worker; messages without an answer are rejected. Returns the requests in order. */
export function serve(answers: Partial<Record<MessageType, (asked: number) => Answer>>) {
  const asked: { type: MessageType; request: unknown }[] = [];
  vi.spyOn(fakeBrowser.runtime, 'sendMessage').mockImplementation(async (message: unknown) => {
    const { type, request } = message as (typeof asked)[number];
    const before = asked.filter((one) => one.type === type).length;
    asked.push({ type, request });
    return (answers[type]?.(before) ?? rejected) as Reply<MessageType>;
  });
  return asked;
}

/** Opens a `<details>`, by default the last one. */
export async function openDetails(root: Element, index = -1): Promise<void> {
  const details = [...root.querySelectorAll('details')].at(index) as HTMLDetailsElement;
  await act(() => {
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
  });
}
