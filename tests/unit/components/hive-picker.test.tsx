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
const statuses = (defaultHive?: string): HiveStatus[] =>
  [first, second].map((url) => ({
    url,
    state: 'connected',
    devices: [],
    isDefault: url === defaultHive,
  }));

/** Returns the requests to the service worker and a function that sends the reply. */
function controlReply() {
  const requests: unknown[] = [];
  const replies = Promise.withResolvers<Reply<MessageType>>();
  vi.spyOn(fakeBrowser.runtime, 'sendMessage').mockImplementation((message: unknown) => {
    requests.push(message);
    return replies.promise;
  });
  return { requests, reply: replies.resolve };
}

function show(hives: HiveStatus[], onHives: (hives: HiveStatus[]) => void = () => {}): HTMLSelectElement {
  void act(() => render(<HivePicker hives={hives} onHives={onHives} />, root));
  return root.querySelector('select') as HTMLSelectElement;
}

function pick(select: HTMLSelectElement, url: string): void {
  select.value = url;
  void act(() => void select.dispatchEvent(new Event('change', { bubbles: true })));
}

describe('the selection of the default hive', () => {
  it.each([
    [undefined, ''],
    [first, first],
    [second, second],
  ])('with the default hive %s selects “%s”', (defaultHive, value) => {
    expect(show(statuses(defaultHive)).value).toBe(value);
  });

  it('shows the choice while it is being saved and passes on the reply', async () => {
    const { requests, reply } = controlReply();
    const received: HiveStatus[][] = [];
    const select = show(statuses(first), (hives) => received.push(hives));
    pick(select, second);
    expect(select.value).toBe(second);
    reply({ ok: true, value: { hives: statuses(second) } } as Reply<MessageType>);
    expect(requests).toEqual([{ type: 'hive/set-default', request: { url: second } }]);
    await vi.waitFor(() => expect(received).toEqual([statuses(second)]));
  });

  it('sends no address for “Best hive for the model”', async () => {
    const { requests, reply } = controlReply();
    pick(show(statuses(first)), '');
    reply({ ok: true, value: { hives: statuses() } } as Reply<MessageType>);
    await vi.waitFor(() => expect(requests).toEqual([{ type: 'hive/set-default', request: { url: undefined } }]));
  });

  it('returns to the previous choice and shows the error if the choice was rejected', async () => {
    const { reply } = controlReply();
    const select = show(statuses(first));
    pick(select, second);
    reply({ ok: false, error: { code: 'message-rejected', message: 'Not one of your hives.' } });
    await vi.waitFor(() => expect(select.value).toBe(first));
    expect(root.querySelector('[role="alert"]')?.textContent).toMatch(/^This is out of date/);
  });
});
