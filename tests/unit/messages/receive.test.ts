import { describe, expect, it } from 'vitest';
import { RbeeError } from '../../../lib/errors.ts';
import type { MessageType } from '../../../lib/messages/contract.ts';
import { type Caller, type Handlers, readCaller, receive } from '../../../lib/messages/receive.ts';

const id = 'run-1';
const hive = 'http://localhost:7835';
const view: Caller = { kind: 'view' };
const page: Caller = { kind: 'page', tabId: 1 };

/** Every message with a valid request, and whether a page of the marketplace may send it. */
const messages: Record<MessageType, { request: unknown; page: boolean }> = {
  'run/start': { request: { subject: 'hf:org/name', hive, backend: 'cuda', withoutModel: true }, page: true },
  'run/confirm': { request: { subject: 'hf:org/name' }, page: true },
  'page/show': { request: { subjects: ['hf:org/name'] }, page: true },
  'subject/summary': { request: { subject: 'hf:org/name' }, page: true },
  'subject/choices': { request: { subject: 'hf:org/name', hive }, page: true },
  'run/retry': { request: { id }, page: true },
  'run/cancel': { request: { id }, page: true },
  'run/open': { request: { id }, page: true },
  'run/sync': { request: {}, page: false },
  'run/check': { request: { id }, page: false },
  'run/resubmit': { request: { id }, page: false },
  'run/try-hive': { request: { id }, page: false },
  'run/agree': { request: { id }, page: false },
  'run/stop': { request: { id }, page: false },
  'run/dismiss': { request: { id }, page: false },
  'run/seen': { request: { ids: [id] }, page: false },
  'hive/status': { request: {}, page: false },
  'hive/set-default': { request: { url: hive }, page: false },
  'hive/test': { request: { url: hive }, page: false },
  'hive/models': { request: { hive }, page: false },
  'model/delete': { request: { hive, id: 'org/name:f.gguf' }, page: false },
};
const table = Object.entries(messages) as [MessageType, (typeof messages)[MessageType]][];

/** Handlers that record their requests and reply with the result of `act`. */
function handlers(act: (type: string, request: unknown) => unknown = () => ({})) {
  const received: [string, unknown][] = [];
  const handle = (type: string) => (request: unknown) => {
    received.push([type, request]);
    return act(type, request);
  };
  return { received, all: Object.fromEntries(table.map(([type]) => [type, handle(type)])) as unknown as Handlers };
}

describe('a message', () => {
  it.each(table)('%s from a page of the extension is accepted', async (type, { request }) => {
    const { received, all } = handlers(() => ({ fine: true }));
    expect(await receive(all, { type, request }, view)).toEqual({ ok: true, value: { fine: true } });
    expect(received).toEqual([[type, request]]);
  });

  it.each(table)(
    '%s from a marketplace page is accepted only if pages may send it',
    async (type, { request, page: isAllowed }) => {
      const { received, all } = handlers();
      const reply = await receive(all, { type, request }, page);
      if (isAllowed) expect(reply?.ok).toBe(true);
      else expect(reply).toMatchObject({ ok: false, error: { code: 'message-rejected' } });
      expect(received).toHaveLength(isAllowed ? 1 : 0);
    },
  );

  it.each(table)('%s from any other sender gets no reply', (type, { request }) => {
    const { received, all } = handlers();
    expect(receive(all, { type, request }, undefined)).toBeUndefined();
    expect(received).toEqual([]);
  });

  it.each(table)('%s with an unknown field is rejected', async (type, { request }) => {
    const { received, all } = handlers();
    const reply = await receive(all, { type, request: { ...(request as object), extra: 1 } }, view);
    expect(reply).toMatchObject({ ok: false, error: { code: 'message-rejected' } });
    expect(received).toEqual([]);
  });
});

describe('a request of the wrong shape', () => {
  it.each<[MessageType, unknown]>([
    ['run/start', {}],
    ['run/start', { subject: '' }],
    ['run/start', { subject: 7 }],
    ['run/start', { subject: 'x'.repeat(521) }],
    ['run/start', { subject: 'hf:org/name', hive: 'x'.repeat(301) }],
    ['run/start', { subject: 'hf:org/name', backend: 'rocm' }],
    ['run/start', { subject: 'worker:x', withoutModel: 'yes' }],
    ['run/start', { subject: 'hf:a/b', repo: '../x' }],
    ['subject/choices', { subject: '' }],
    ['run/start', null],
    ['run/start', 'hf:org/name'],
    ['run/cancel', {}],
    ['run/cancel', { id: '' }],
    ['run/cancel', { id: 'x'.repeat(65) }],
    ['run/cancel', { id: ['run-1'] }],
    ['page/show', { subjects: Array.from({ length: 2_001 }, () => 'hf:org/name') }],
    ['page/show', { subjects: 'hf:org/name' }],
    ['run/seen', { ids: Array.from({ length: 1_001 }, () => 'run-1') }],
    ['hive/models', { hive: '' }],
  ])('%s is rejected (%#)', async (type, request) => {
    const { received, all } = handlers();
    const reply = await receive(all, { type, request }, view);
    expect(reply).toMatchObject({ ok: false, error: { code: 'message-rejected' } });
    expect(JSON.parse(JSON.stringify(reply))).toEqual(reply);
    expect(JSON.stringify(reply).length).toBeLessThan(1_000);
    expect(received).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString', 'run/unknown', '', 'x'.repeat(100_000)])(
    'of an unknown type (%#) is rejected briefly',
    async (type) => {
      const reply = await receive(handlers().all, { type, request: {} }, view);
      expect(reply).toMatchObject({ ok: false, error: { code: 'message-rejected' } });
      expect(JSON.stringify(reply).length).toBeLessThan(500);
    },
  );

  it.each([
    null,
    undefined,
    7,
    'run/start',
    [],
    {},
    { type: 7, request: {} },
    { type: 'run/start', request: {}, more: 1 },
  ])('that is no message of the extension (%j) is left to other listeners', (raw) => {
    expect(receive(handlers().all, raw, view)).toBeUndefined();
  });
});

describe('an error', () => {
  it('keeps its code', async () => {
    const { all } = handlers(() => {
      throw new RbeeError('hive-unreachable', 'No hive responds.');
    });
    expect(await receive(all, { type: 'run/cancel', request: { id } }, view)).toEqual({
      ok: false,
      error: { code: 'hive-unreachable', message: 'No hive responds.' },
    });
  });

  it.each([[new TypeError('x is not a function')], ['a text'], [undefined]])(
    'of any other kind (%s) is reported as internal and not thrown',
    async (error) => {
      const { all } = handlers(() => Promise.reject(error));
      const reply = await receive(all, { type: 'run/cancel', request: { id } }, view);
      expect(reply).toMatchObject({ ok: false, error: { code: 'internal' } });
    },
  );
});

describe('a sender', () => {
  const extension = {
    id: 'abcdef',
    origin: 'chrome-extension://abcdef',
    pages: ['https://marketplace.rbee.dev', 'https://rbee-marketplace.pages.dev'],
  };
  const sender = { id: 'abcdef', url: 'https://marketplace.rbee.dev/models/x', frameId: 0, tab: { id: 1 } };

  it.each<[who: string, sender: Parameters<typeof readCaller>[0], caller: Caller | undefined]>([
    ['the popup', { id: 'abcdef', url: 'chrome-extension://abcdef/popup.html' }, view],
    ['the popup in a tab', { ...sender, url: 'chrome-extension://abcdef/popup.html#run=1' }, view],
    ['the content script in a marketplace page', sender, page],
    ['the content script on the other domain', { ...sender, url: 'https://rbee-marketplace.pages.dev/' }, page],
    ['the content script in a frame of a marketplace page', { ...sender, frameId: 3 }, undefined],
    ['a sender without a frame', { ...sender, frameId: undefined }, undefined],
    ['a sender without a tab', { ...sender, tab: undefined }, undefined],
    ['another site', { ...sender, url: 'https://evil.example/' }, undefined],
    ['a site with the same beginning', { ...sender, url: 'https://marketplace.rbee.dev.evil.example/' }, undefined],
    [
      'a site with the marketplace in its path',
      { ...sender, url: 'https://evil.example/https://marketplace.rbee.dev' },
      undefined,
    ],
    ['the marketplace as user name', { ...sender, url: 'https://marketplace.rbee.dev@evil.example/' }, undefined],
    ['the marketplace without TLS', { ...sender, url: 'http://marketplace.rbee.dev/models/x' }, undefined],
    ['the marketplace on another port', { ...sender, url: 'https://marketplace.rbee.dev:8443/' }, undefined],
    ['another extension', { ...sender, id: 'other' }, undefined],
    ['another extension’s page', { id: 'other', url: 'chrome-extension://other/popup.html' }, undefined],
    ['an origin with the same beginning', { ...sender, url: 'chrome-extension://abcdefg/popup.html' }, undefined],
    ['a sender without an address', { id: 'abcdef' }, undefined],
    ['an empty sender', {}, undefined],
    ['a sender with an invalid address', { ...sender, url: 'text' }, undefined],
  ])('is identified by id, address and frame: %s', (_, sender, caller) => {
    expect(readCaller(sender, extension)).toEqual(caller);
  });
});
