import { describe, expect, it } from 'vitest';
import { clean, type HiveEvent, readHiveEvent, splitNarration } from '../../../lib/hive/events.ts';
import { narrationValue, notFound } from './wire.ts';

const read = (data: string, event?: string): HiveEvent => readHiveEvent({ data, event });
const narrated = (message: string, action = '') => ({ type: 'narration', action, message });

describe('one event of a job’s stream', () => {
  it.each<[string, HiveEvent]>([
    ['[DONE]', { type: 'done' }],
    ['[CANCELLED]', { type: 'cancelled' }],
    ["[ERROR] Model 'a/b' already exists", { type: 'failed', reason: "Model 'a/b' already exists" }],
    ['[ERROR] two\nlines', { type: 'failed', reason: 'two\nlines' }],
    ['[ERROR] ', { type: 'failed', reason: '' }],
    ['[ERROR]', { type: 'failed', reason: '' }],
    ['[ERROR] \x1b[31mred\x1b[0m', { type: 'failed', reason: 'red' }],
    [notFound, { type: 'lost', why: 'taken' }],
  ])('reads the marker %j', (value, expected) => {
    expect(read(value)).toEqual(expected);
    expect(read(value, 'message')).toEqual(expected);
  });

  it.each([
    '[DONE] ',
    ' [DONE]',
    '[DONE]\n',
    '[DONE]\n[DONE]',
    'x\n[DONE]',
    '[done]',
    '[CANCELLED] by someone',
    'ERROR: error[E0308]: mismatched types',
    '[ERRORS] found',
    '',
  ])('reads %j as narration', (value) => {
    expect(read(value)).toMatchObject({ type: 'narration', action: '' });
  });

  it('reads a marker inside a narration as text', () => {
    expect(read(narrationValue('build_output', '[DONE]'))).toEqual(narrated('[DONE]', 'build_output'));
    expect(read(narrationValue('build_output', '[ERROR] no'))).toEqual(narrated('[ERROR] no', 'build_output'));
    expect(read(narrationValue('build_output', notFound))).toEqual(narrated(notFound, 'build_output'));
  });

  it('reads a marker with an event name as narration', () => {
    expect(read('[DONE]', 'heartbeat')).toEqual(narrated('[DONE]', 'heartbeat'));
  });

  it.each([
    ['📥 Downloading file: tiny.gguf', '📥 Downloading file: tiny.gguf'],
    ['  Dependency: gcc', '  Dependency: gcc'],
    ['id │ size\n───┼─────\na  │ 1\n', 'id │ size\n───┼─────\na  │ 1'],
    ['\x1b[1;32mgreen\x1b[0m and \x1b]8;;https://example.invalid\x07link\x1b]8;;\x07', 'green and link'],
    ['bell\x07 null\x00 delete\x7f tab\tkept', 'bell null delete tab\tkept'],
    ['', ''],
  ])('removes terminal escapes and control characters from %j', (message, shown) => {
    expect(read(narrationValue('any_action', message))).toEqual(narrated(shown, 'any_action'));
  });

  it('reads functions and actions that are longer than their columns', () => {
    const path = `<${'a::'.repeat(60)}B as C>::{{closure}}::d`;
    const value = narrationValue('an_action_that_is_longer_than_twenty', 'x', path);
    expect(read(value)).toEqual(narrated('x', 'an_action_that_is_longer_than_twenty'));
  });

  it.each([
    ['no header at all', 'plain text', 'plain text'],
    ['a header without its second half', '\x1b[1mrbee\x1b[0m\nx', 'rbee\nx'],
    ['a header of another colour', '\x1b[3mrbee\x1b[0m \x1b[2maction\x1b[0m\nx', 'rbee action\nx'],
    [
      'the bracketed form from before 2025-10-28',
      '[hive      ] start          : 📥 go',
      '[hive      ] start          : 📥 go',
    ],
  ])('keeps text with %s unchanged', (_, value, shown) => {
    expect(read(value)).toEqual(narrated(shown));
  });

  it('shortens an action to 100 characters and a message to 2,000', () => {
    const event = read(narrationValue('a'.repeat(150), 'm'.repeat(3_000)));
    expect(event).toEqual(narrated(`${'m'.repeat(1_999)}…`, `${'a'.repeat(99)}…`));
  });

  it('can be split into header and JSON without shortening the JSON', () => {
    const body = JSON.stringify({ workers: [{ id: 'x'.repeat(5_000) }] });
    expect(splitNarration(narrationValue('worker_list_installed_json', body)).message.trimEnd()).toBe(body);
  });
});

describe('a data event', () => {
  it('has an action and a payload', () => {
    expect(read('{"action":"model_list","payload":{"models":[]}}', 'data')).toEqual({
      type: 'data',
      action: 'model_list',
      payload: { models: [] },
    });
  });

  it.each(['', '[DONE]', '[]', 'null', '{"action":"model_list"}', '{"action":1,"payload":2}', '{"action":"x","payl'])(
    'is narration if it contains %j',
    (value) => {
      expect(read(value, 'data')).toEqual(narrated(value, 'data'));
    },
  );
});

describe('displayed text', () => {
  it('is never truncated inside a character', () => {
    expect(clean(`${'m'.repeat(8)}😀 and more`, 10)).toBe(`${'m'.repeat(8)}…`);
    expect(clean(`${'m'.repeat(7)}😀 and more`, 10)).toBe(`${'m'.repeat(7)}😀…`);
  });

  it('is limited even if it consists of escape sequences', () => {
    expect(clean('\x1b[0m'.repeat(1_000_000), 10)).toBe('…');
  });

  it.each(['\x1b', '\x1b[', '\x1b]0;title', '\x1bP+q', '\x9b1m', '\x1b(B', '\x1b=', '\x1b[38;2;1;2;3m'])(
    'contains no %j, even if it is incomplete',
    (sequence) => {
      const shown = clean(`before ${sequence}`, 100);
      expect(shown.startsWith('before')).toBe(true);
      expect(shown).not.toMatch(/[^\P{Cc}\t\n]/u);
    },
  );
});
