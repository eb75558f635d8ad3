import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHiveClient } from '../../../lib/hive/client.ts';
import { type HiveEvent, isTerminal } from '../../../lib/hive/events.ts';
import { readSse, type SseCaps, type SseMessage } from '../../../lib/hive/sse.ts';
import { readAsTheStandardSays } from './standard.ts';
import { begin, event, narration, narrationValue, writtenEvents, writtenStream } from './wire.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function bodyOf(chunks: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

async function read(chunks: Iterable<Uint8Array>, caps?: SseCaps): Promise<SseMessage[]> {
  const messages: SseMessage[] = [];
  for await (const batch of readSse(bodyOf(chunks), caps)) messages.push(...batch);
  return messages;
}

/** The client as it is, with a body whose chunks are cut where the test says; no network cuts that precisely. */
async function follow(chunks: Iterable<Uint8Array>): Promise<HiveEvent[]> {
  const headers = { 'content-type': 'text/event-stream' };
  const client = createHiveClient('http://localhost:7835', {
    fetch: async () => new Response(bodyOf(chunks), { headers }),
  });
  const events: HiveEvent[] = [];
  for await (const one of client.follow('job-1', new AbortController().signal)) events.push(one);
  return events;
}

/** For what reads thousands of streams, on a machine that has other things to do. */
const patience = { timeout: 60_000 };

const lineEndings = [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
] as const;

describe('a job stream', () => {
  const whole = (ending: string) => bytes(writtenStream.replaceAll('\n', ending));

  it.each(lineEndings)(
    'with %s line endings tells the same events wherever it is cut in two',
    patience,
    async (_, ending) => {
      const all = whole(ending);
      for (let at = 0; at <= all.length; at += 1) {
        const events = await follow([all.subarray(0, at), all.subarray(at)]);
        if (JSON.stringify(events) !== JSON.stringify(writtenEvents))
          expect(events, `cut at ${at}`).toEqual(writtenEvents);
      }
      expect(await follow([all])).toEqual(writtenEvents);
    },
  );

  it.each(lineEndings)('with %s line endings tells the same events byte by byte', async (_, ending) => {
    const all = whole(ending);
    expect(await follow(Array.from(all, (_byte, at) => all.subarray(at, at + 1)))).toEqual(writtenEvents);
  });

  it.each(lineEndings)('with %s line endings tells an event as soon as it is whole', async (_, ending) => {
    let send: ((text: string) => void) | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (text) => controller.enqueue(bytes(text.replaceAll('\n', ending)));
      },
    });
    const reading = readSse(body);
    for (const value of ['one', 'two', 'three']) {
      const next = reading.next();
      send?.(event(value));
      expect((await next).value).toMatchObject([{ data: value }]);
    }
    const end = reading.return(undefined);
    await end;
  });

  it('tells every event up to where it is broken off, and then that contact was lost', patience, async () => {
    const all = whole('\n');
    for (let at = 0; at < all.length; at += 1) {
      const events = await follow([all.subarray(0, at)]);
      const told = events.slice(0, -1);
      expect(told).toEqual(writtenEvents.slice(0, told.length));
      expect(events.at(-1)).toEqual({ type: 'lost', why: 'ended' });
    }
  });

  it('may begin with a byte order mark and hold comments, ids and fields nobody knows', async () => {
    const stream = `\ufeff: hello\n\nid: 7\nretry: 10\nfoo: bar\nfoo\n${begin('x')}event: \n${event('[DONE]')}`;
    expect(await follow([bytes(stream)])).toMatchObject([
      { type: 'opened' },
      { action: 'execute' },
      { action: 'route_job' },
      { type: 'done' },
    ]);
  });

  it('may hold bytes that are no text', async () => {
    const stream = [bytes(`${begin('x')}data: a`), new Uint8Array([0xff, 0xc3, 0x28, 0xf0, 0x9f]), bytes('\n\n')];
    expect((await follow(stream)).at(-2)).toMatchObject({
      type: 'narration',
      message: expect.stringContaining('a\ufffd'),
    });
  });
});

describe('a damaged job stream', () => {
  const seed = 20_251_114;
  const source = bytes(
    begin('model_list') +
      narration('model_list_result', 'Found 1 model(s) 🦀') +
      event('{"action":"model_list","payload":{"models":[]}}', 'data') +
      narration('build_output', 'one\n[DONE]\nthree') +
      event('[ERROR] no') +
      event('[DONE]') +
      event('[CANCELLED]'),
  );
  const anywhere = fc.nat(source.length);
  const damage = fc.oneof(
    fc.record({ at: anywhere, drop: fc.nat(40), insert: fc.uint8Array({ maxLength: 6 }) }),
    fc.record({
      at: anywhere,
      drop: fc.nat(400),
      insert: fc
        .constantFrom(
          '\n',
          '\r',
          '\r\n',
          '\n\n',
          'data: ',
          'data:',
          'event: data\n',
          '[DONE]',
          ':',
          '\ufeff',
          '\0',
          event('[DONE]'),
          '🦀',
        )
        .map(bytes),
    }),
  );

  it(
    'throws nothing, ends once, and is done only where a whole event after a job began says [DONE]',
    patience,
    async () => {
      const outcomes = new Set<string>();
      const damaged = fc.asyncProperty(
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        fc.array(anywhere, { maxLength: 4 }),
        async (changes, cuts) => {
          let stream = [...source];
          for (const { at, drop, insert } of changes) stream = stream.toSpliced(at, drop, ...insert);
          const all = Uint8Array.from(stream);
          const at = cuts.toSorted((a, b) => a - b);
          const events = await follow([0, ...at].map((from, i) => all.subarray(from, at[i])));

          const [first, ...told] = events;
          const end = told.pop();
          expect(first).toEqual({ type: 'opened' });
          expect(told.some(isTerminal)).toBe(false);
          expect(end && isTerminal(end)).toBe(true);
          outcomes.add(end?.type ?? '');

          const standard = readAsTheStandardSays(all);
          expect(told.length).toBeLessThanOrEqual(standard.length);
          const decisive = standard[told.length];
          const saysDone = decisive?.data === '[DONE]' && decisive.event === 'message' && told.length >= 2;
          expect(end?.type === 'done').toBe(saysDone);
          if (!decisive) expect(end).toEqual({ type: 'lost', why: 'ended' });
          for (const one of told) {
            if (one.type === 'narration') expect(one.message).not.toMatch(/[^\P{Cc}\t\n]/u);
          }
        },
      );
      await fc.assert(damaged, { seed, numRuns: 10_000 });
      expect([...outcomes].toSorted()).toEqual(['cancelled', 'done', 'failed', 'lost']);
    },
  );
});

describe('an event that is too long', () => {
  const caps = { event: 1_000, skip: 100_000 };
  const long = 'x'.repeat(5_000);
  const shapes: [string, string][] = [
    ['one line', `data: ${long}\n\n`],
    ['many lines', `${'data: a line of build output\n'.repeat(500)}\n`],
    ['empty lines of data', `${'data:\n'.repeat(5_000)}\n`],
    ['comments before a marker', `${': nothing\n'.repeat(500)}data: [DONE]\n${'data: more\n'.repeat(500)}\n`],
    ['a name', `event: ${long}\ndata: x\n\n`],
  ];

  it.each(shapes)('because of %s is cut, and what follows is read', async (_, oversized) => {
    const all = bytes(`${event('before')}${oversized}${event('after')}${event('[DONE]')}`);
    for (const size of [1, 2, 7, 64, 999, 1_000, 1_001]) {
      const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_x, i) =>
        all.subarray(i * size, (i + 1) * size),
      );
      const messages = await read(chunks, caps);
      expect(messages[0]).toMatchObject({ data: 'before' });
      expect(messages.slice(-2)).toMatchObject([{ data: 'after' }, { data: '[DONE]' }]);
      for (const { data, cut } of messages.slice(1, -2)) {
        expect(cut).toBe(true);
        expect(data.length).toBeLessThanOrEqual(caps.event + size);
      }
    }
  });

  it('is not what many short ones make together, however they arrive', async () => {
    const all = bytes(event('short\nshort').repeat(200));
    const messages = await read(
      Array.from(all, (_byte, at) => all.subarray(at, at + 1)),
      caps,
    );
    expect(messages).toHaveLength(200);
    expect(messages.some(({ cut }) => cut)).toBe(false);
  });

  it('loses its job when it does not end at all', patience, async () => {
    const piece = bytes('x'.repeat(1_000_000));
    const endless = function* () {
      yield bytes(`${begin('worker_install')}data: `);
      for (;;) yield piece;
    };
    expect((await follow(endless())).at(-1)).toEqual({ type: 'lost', why: 'garbled' });
  });

  it('is given up with an error when it does not end', async () => {
    const endless = function* () {
      for (;;) yield bytes(long);
    };
    await expect(read(endless(), caps)).rejects.toMatchObject({ code: 'hive-protocol' });
  });

  it('does not cost the marker that ends its job', async () => {
    const endOf = async (stream: string) => (await follow([bytes(stream)])).slice(-2);
    const huge = narrationValue('build_output', 'y'.repeat(9_000_000));
    const [shown, end] = await endOf(begin('worker_install') + event(huge) + event('[DONE]'));
    expect(shown).toEqual({ type: 'narration', action: 'build_output', message: `${'y'.repeat(1_999)}…` });
    expect(end).toEqual({ type: 'done' });
    const [, failed] = await endOf(begin('worker_install') + event(`[ERROR] ${'z'.repeat(9_000_000)}`));
    expect(failed).toEqual({ type: 'failed', reason: `${'z'.repeat(1_999)}…` });
  });
});
