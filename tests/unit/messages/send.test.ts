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
  it('is answered with what it says', async () => {
    answering({ ok: true, value: { runs: [] } });
    await expect(send('run/sync', {})).resolves.toEqual({ runs: [] });
  });

  it('is sent again while the service worker is being ended, and is answered by the next one', async () => {
    const sent = answering(unheard, unheard, { ok: true, value: { runs: [] } });
    await expect(send('run/sync', {})).resolves.toEqual({ runs: [] });
    expect(sent).toHaveBeenCalledTimes(3);
  });

  it('is given up where nobody ever takes it, and says so', async () => {
    vi.useFakeTimers();
    const sent = answering(unheard);
    const outcome = expect(send('run/sync', {})).rejects.toMatchObject({ code: 'message-rejected' });
    await vi.runAllTimersAsync();
    await outcome;
    expect(sent).toHaveBeenCalledTimes(11);
  });

  it('is not sent again where it was taken and the answer was lost', async () => {
    const sent = answering(new Error('The message channel closed before a response was received.'));
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'message-rejected' });
    expect(sent).toHaveBeenCalledTimes(1);
  });

  it('throws what the service worker answered', async () => {
    answering({ ok: false, error: { code: 'hive-unreachable', message: 'No hive.' } });
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'hive-unreachable', message: 'No hive.' });
  });

  it('says that nobody answered where the answer is empty', async () => {
    answering(undefined);
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'message-rejected' });
  });

  it('says that the extension was updated where this script has outlived it', async () => {
    vi.spyOn(browser.runtime, 'id', 'get').mockReturnValue(undefined as never);
    const sent = answering({ ok: true, value: {} });
    await expect(send('run/sync', {})).rejects.toMatchObject({ code: 'extension-updated' });
    expect(sent).not.toHaveBeenCalled();
  });
});
