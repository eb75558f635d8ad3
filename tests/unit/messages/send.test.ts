import { afterEach, describe, expect, it, vi } from 'vitest';
import { browser } from '../../../lib/browser.ts';
import { send } from '../../../lib/messages/send.ts';

const noReceiver = new Error('Could not establish connection. Receiving end does not exist.');

/** Replies to messages in this order; the last reply is repeated. */
function replyWith(...replies: unknown[]) {
  return vi.spyOn(browser.runtime, 'sendMessage').mockImplementation(async () => {
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (reply instanceof Error) throw reply;
    return reply as never;
  });
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a request to the service worker', () => {
  it('returns the reply', async () => {
    replyWith({ ok: true, value: { runs: [] } });
    await expect(send('run/sync', {})).resolves.toEqual({ runs: [] });
  });

  it('is sent again while the service worker is being terminated', async () => {
    const sent = replyWith(noReceiver, noReceiver, { ok: true, value: { runs: [] } });
    await expect(send('run/sync', {})).resolves.toEqual({ runs: [] });
    expect(sent).toHaveBeenCalledTimes(3);
  });

  it('fails if no service worker ever receives it', async () => {
    vi.useFakeTimers();
    const sent = replyWith(noReceiver);
    const outcome = expect(send('run/sync', {})).rejects.toMatchObject({ code: 'internal' });
    await vi.runAllTimersAsync();
    await outcome;
    expect(sent).toHaveBeenCalledTimes(11);
  });

  it('is not sent again if it was received and the reply was lost', async () => {
    const sent = replyWith(new Error('The message channel closed before a response was received.'));
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'internal' });
    expect(sent).toHaveBeenCalledTimes(1);
  });

  it('throws the error of the reply', async () => {
    replyWith({ ok: false, error: { code: 'hive-unreachable', message: 'No hive.' } });
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'hive-unreachable', message: 'No hive.' });
  });

  it('fails if the reply is empty', async () => {
    replyWith(undefined);
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'internal' });
  });

  it('fails with extension-updated if the extension was updated', async () => {
    vi.spyOn(browser.runtime, 'id', 'get').mockReturnValue(undefined as never);
    const sent = replyWith({ ok: true, value: {} });
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'extension-updated' });
    expect(sent).not.toHaveBeenCalled();
  });
});
