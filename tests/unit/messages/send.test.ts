import { afterEach, describe, expect, it, vi } from 'vitest';
import { browser } from '../../../lib/browser.ts';
import { send } from '../../../lib/messages/send.ts';

const unheard = new Error('Could not establish connection. Receiving end does not exist.');

/** A browser whose answers come in this order; the last one stays. */
function answering(...answers: unknown[]) {
  return vi.spyOn(browser.runtime, 'sendMessage').mockImplementation(async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer as never;
  });
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a request to the service worker', () => {
  it('returns the reply', async () => {
    answering({ ok: true, value: { runs: [] } });
    await expect(send('run/sync', {})).resolves.toEqual({ runs: [] });
  });

  it('is sent again while the service worker is being terminated', async () => {
    const sent = answering(unheard, unheard, { ok: true, value: { runs: [] } });
    await expect(send('run/sync', {})).resolves.toEqual({ runs: [] });
    expect(sent).toHaveBeenCalledTimes(3);
  });

  it('fails if no service worker ever receives it', async () => {
    vi.useFakeTimers();
    const sent = answering(unheard);
    const outcome = expect(send('run/sync', {})).rejects.toMatchObject({ code: 'message-rejected' });
    await vi.runAllTimersAsync();
    await outcome;
    expect(sent).toHaveBeenCalledTimes(11);
  });

  it('is not sent again if it was received and the reply was lost', async () => {
    const sent = answering(new Error('The message channel closed before a response was received.'));
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'message-rejected' });
    expect(sent).toHaveBeenCalledTimes(1);
  });

  it('throws the error of the reply', async () => {
    answering({ ok: false, error: { code: 'hive-unreachable', message: 'No hive.' } });
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'hive-unreachable', message: 'No hive.' });
  });

  it('fails if the reply is empty', async () => {
    answering(undefined);
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'message-rejected' });
  });

  it('fails with extension-updated if the extension was updated', async () => {
    vi.spyOn(browser.runtime, 'id', 'get').mockReturnValue(undefined as never);
    const sent = answering({ ok: true, value: {} });
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'extension-updated' });
    expect(sent).not.toHaveBeenCalled();
  });
});
