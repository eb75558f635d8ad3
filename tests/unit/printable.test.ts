import { describe, expect, it } from 'vitest';
import { isFilePath, isPrintable } from '../../lib/printable.ts';

describe('printable text', () => {
  it.each(['model.gguf', 'bücher/模型-Q4.gguf', 'e\u0301', "it's (v2), 100 % & more.gguf", '🐝', ''])(
    'includes %j',
    (text) => {
      expect(isPrintable(text)).toBe(true);
    },
  );

  it.each([
    ['a line feed', '\n'],
    ['a carriage return', '\r'],
    ['a tab', '\t'],
    ['an escape', '\x1b[201~'],
    ['NUL', '\0'],
    ['DEL', '\x7f'],
    ['a C1 control', '\x9b31m'],
    ['a bidirectional override', '\u202e'],
    ['a bidirectional isolate', '\u2066'],
    ['a direction mark', '\u200f'],
    ['a zero-width space', '\u200b'],
    ['a zero-width joiner', '\u200d'],
    ['a byte order mark', '\ufeff'],
    ['a soft hyphen', '\u00ad'],
    ['a Hangul filler', '\u3164'],
    ['a variation selector', '\ufe0f'],
    ['a tag character', '\u{e0041}'],
    ['an Arabic number sign', '\u0600'],
    ['a line separator', '\u2028'],
    ['half a surrogate pair', '\ud83d'],
  ])('does not include %s', (_, character) => {
    expect(isPrintable(`a${character}b`)).toBe(false);
    expect(isFilePath(`a${character}b`)).toBe(false);
  });
});

describe('a path in a repository', () => {
  it.each([
    'Llama-3.2-1B-Instruct-Q4_K_M.gguf',
    'BF16/DeepSeek-R1-BF16-00001-of-00030.gguf',
    'model (v2) [fixed], 100+.gguf',
    'a&calc&.Q4_K_M.gguf',
    "it's.gguf",
    '模型.gguf',
  ])('is %j', (path) => {
    expect(isFilePath(path)).toBe(true);
  });

  it.each([
    '',
    '/etc/passwd',
    'a//b',
    'a/',
    '../a',
    'a/../b',
    '.hidden',
    '-rf',
    ' a',
    'C:\\a',
    'a:b',
    'a?b',
    'a*b',
    'a"b',
    'a`b',
    'a$b',
    'a;b',
    'a|b',
    'a<b',
    'a%b',
    'a^b',
    `${'a'.repeat(301)}`,
  ])('is not %j', (path) => {
    expect(isFilePath(path)).toBe(false);
  });
});
