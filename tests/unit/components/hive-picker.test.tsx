// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import '../english.ts';
import { HivePicker } from '../../../components/hive/hive-picker.tsx';
import type { HiveStatus } from '../../../lib/hive/types.ts';
import type { MessageType, Reply } from '../../../lib/messages/contract.ts';
import { root } from './service.ts';

const first = 'http://localhost:7835';
const second = 'http://gpu-box:7835';
const statuses = (preferred?: string): HiveStatus[] =>
  [first, second].map((url) => ({
    url,
    state: 'connected',
    devices: [],
    ...(url === preferred && { preferred: true as const }),
  }));

/** The service worker's reply, sent by the test. */
function answerWith() {
  const asked: unknown[] = [];
  const answers = Promise.withResolvers<Reply<MessageType>>();
  vi.spyOn(fakeBrowser.runtime, 'sendMessage').mockImplementation((message: unknown) => {
    asked.push(message);
    return answers.promise;
  });
  return { asked, answer: answers.resolve };
}

function show(hives: HiveStatus[], onHives: (hives: HiveStatus[]) => void = () => {}): HTMLSelectElement {
  void act(() => render(<HivePicker hives={hives} onHives={onHives} />, root));
  return root.querySelector('select') as HTMLSelectElement;
}

function pick(select: HTMLSelectElement, url: string): void {
  select.value = url;
  void act(() => void select.dispatchEvent(new Event('change', { bubbles: true })));
}

describe('the hive that clicks go to', () => {
  it.each([
    [undefined, ''],
    [first, first],
    [second, second],
  ])('with %s preferred, “%s” is chosen', (preferred, value) => {
    expect(show(statuses(preferred)).value).toBe(value);
  });

  it('shows the choice while it is being saved and passes the reply on', async () => {
    const { asked, answer } = answerWith();
    const heard: HiveStatus[][] = [];
    const select = show(statuses(first), (hives) => heard.push(hives));
    pick(select, second);
    expect(select.value).toBe(second);
    answer({ ok: true, value: { hives: statuses(second) } } as Reply<MessageType>);
    expect(asked).toEqual([{ type: 'hive/prefer', request: { url: second } }]);
    await vi.waitFor(() => expect(heard).toEqual([statuses(second)]));
  });

  it('sends no address for the best fit', async () => {
    const { asked, answer } = answerWith();
    pick(show(statuses(first)), '');
    answer({ ok: true, value: { hives: statuses() } } as Reply<MessageType>);
    await vi.waitFor(() => expect(asked).toEqual([{ type: 'hive/prefer', request: { url: undefined } }]));
  });

  it('returns to the previous choice and shows the error if it was rejected', async () => {
    const { answer } = answerWith();
    const select = show(statuses(first));
    pick(select, second);
    answer({ ok: false, error: { code: 'message-rejected', message: 'Not one of your hives.' } });
    await vi.waitFor(() => expect(select.value).toBe(first));
    expect(root.querySelector('[role="alert"]')?.textContent).toMatch(/^This view is out of date/);
  });
});
