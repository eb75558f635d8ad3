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

/** The element that tests render into. After each test it is emptied, and all mocks are restored. */
export const root = document.createElement('div');
beforeEach(() => document.body.append(root));
afterEach(() => {
  render(null, root);
  root.remove();
  vi.useRealTimers();
  vi.restoreAllMocks();
  fakeBrowser.reset();
});

type TestReply = { ok: boolean; [field: string]: unknown };

export const rejected: TestReply = { ok: false, error: { code: 'message-rejected', message: 'run-1' } };

/** Replies to messages as the service worker. Messages without a reply are rejected. Returns the requests in order. */
export function serve(replies: Partial<Record<MessageType, (before: number) => TestReply>>) {
  const requests: { type: MessageType; request: unknown }[] = [];
  vi.spyOn(fakeBrowser.runtime, 'sendMessage').mockImplementation(async (message: unknown) => {
    const { type, request } = message as (typeof requests)[number];
    const before = requests.filter((one) => one.type === type).length;
    requests.push({ type, request });
    return (replies[type]?.(before) ?? rejected) as Reply<MessageType>;
  });
  return requests;
}

/** Opens a `<details>`, by default the last one. */
export async function openDetails(root: Element, index = -1): Promise<void> {
  const details = [...root.querySelectorAll('details')].at(index) as HTMLDetailsElement;
  await act(() => {
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
  });
}
