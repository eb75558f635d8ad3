import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { startWorkerCommand } from '../../../lib/hive-commands/commands.ts';
import { quote, shellOf } from '../../../lib/hive-commands/shell.ts';
import { isPrintable } from '../../../lib/printable.ts';
import { record } from '../../e2e/records.ts';

/** Names that a shell interprets. With wrong quotes it would run only harmless commands. */
const hostile = [
  '$(exit 3).gguf',
  '`exit 3`.gguf',
  "it's.gguf",
  "'; exit 3; '",
  'a; exit 3 #.gguf',
  'two  words.gguf',
  '--help',
  '"q"',
  '~/x',
  '!!',
  '!-1:p',
  'a\\',
  "a\\'b",
  '*',
  '{a,b}',
  '<(exit 3)',
  '$IFS.x',
  '=exit',
  'a&exit 3&b',
  'é🐝',
  'x\nexit 3',
  'x\rexit 3',
  '\x1b[201~\rexit 3\r',
  '\x03exit 3\r',
  '\u202ex',
];

// Needs util-linux `script` for a terminal, and a bash with bracketed paste, which macOS does not have.
describe.runIf(process.platform === 'linux')('a command pasted into an interactive bash with bracketed paste', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rbee-shell-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Pastes each command and presses Enter. Returns the arguments of each run of the worker program and all commands that bash ran. */
  async function paste(commands: string[]): Promise<{ runs: string[][]; ran: string[] }> {
    const [runs, ran] = [join(folder, 'runs'), join(folder, 'ran')];
    for (const file of [runs, ran]) writeFileSync(file, '');
    const program = join(folder, 'llm-worker-rbee-cpu');
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\0' "$@" '' >> '${runs}'\n`);
    chmodSync(program, 0o755);
    const rc = join(folder, 'rc');
    // The trap is called before each command, even if the command does not exist.
    writeFileSync(rc, `PS1='$ '\nset -o history\ntrap 'printf "%s\\0" "$BASH_COMMAND" >> "${ran}"' DEBUG\n`);
    // `script` gives bash a terminal, without which it is not interactive.
    const shell = spawn('script', ['-qec', `bash --noprofile --rcfile ${rc} -i`, '/dev/null'], {
      env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, TERM: 'xterm', INPUTRC: '/dev/null', LC_ALL: 'C.UTF-8' },
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // A terminal sends lines of a paste with CR.
    for (const command of commands) shell.stdin.write(`\x1b[200~${command.replaceAll('\n', '\r')}\x1b[201~\r`);
    shell.stdin.write('exit\r');
    await once(shell, 'exit');
    const read = (file: string) => readFileSync(file, 'utf8');
    return {
      runs: read(runs)
        .split('\0\0')
        .slice(0, -1)
        .map((line) => line.split('\0')),
      ran: read(ran).split('\0').slice(0, -2),
    };
  }

  it('runs only the worker, with exactly the names in the command', { timeout: 60_000 }, async () => {
    const names = [
      ...hostile,
      ...fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { numRuns: 150, seed: 7 }),
      ...fc.sample(fc.string({ unit: fc.constantFrom(...' \'"\\`$!&;|<>(){}*?~#\n\r\x1b%=a'), minLength: 1 }), {
        numRuns: 150,
        seed: 8,
      }),
    ];
    const all = names.map((name) => ({
      name,
      command: startWorkerCommand(record(0, { model: `a/b:${name}`, path: `/m/${name}` }), 8080),
    }));
    for (const { name, command } of all) expect(command === undefined, JSON.stringify(name)).toBe(!isPrintable(name));
    const offered = all.flatMap(({ name, command }) => (command ? [{ name, command }] : []));
    expect(offered.length).toBeGreaterThan(100);
    const { runs, ran } = await paste(offered.map(({ command }) => command));
    expect(runs).toEqual(
      offered.map(({ name }) => [
        '--worker-id',
        'by-hand',
        '--model',
        `/m/${name}`,
        '--model-ref',
        `a/b:${name}`,
        '--port',
        '8080',
        '--hive-url',
        'http://localhost:7835',
      ]),
    );
    expect(ran).toHaveLength(offered.length);
    expect(ran.every((command) => command.startsWith('llm-worker-rbee-cpu '))).toBe(true);
  });
});

describe('a word of a command for Windows', () => {
  it.each([
    ['C:\\Users\\u\\model.gguf', 'C:\\Users\\u\\model.gguf'],
    ['C:\\Users\\Tom & Jerry\\model.gguf', '"C:\\Users\\Tom & Jerry\\model.gguf"'],
    ['a/b:a&calc&.Q4_K_M.gguf', '"a/b:a&calc&.Q4_K_M.gguf"'],
    ["a/b:it's.gguf", '"a/b:it\'s.gguf"'],
    ['a;calc', '"a;calc"'],
    ['a|calc', '"a|calc"'],
    ['a^b', '"a^b"'],
    ['@x', '"@x"'],
    ['a,b', '"a,b"'],
    ['(calc)', '"(calc)"'],
  ])('%s is %s', (text, word) => {
    expect(quote(text, 'windows')).toBe(word);
  });

  it.each(['a"b', 'a”&calc&“b', 'a„b', '%PATH%', '$(calc)', '`calc`', 'a\nb', 'a\u202eb'])(
    '%j is rejected, because quotes cannot make it safe',
    (text) => {
      expect(quote(text, 'windows')).toBeUndefined();
    },
  );

  it('contains nothing outside its quotes that a shell interprets (random texts)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const word = quote(text, 'windows');
        if (word === undefined) return;
        expect(word === text || word === `"${text}"`).toBe(true);
        if (word === text) expect(text).toMatch(/^[\w:./\\-]+$/);
        else expect(text).not.toMatch(/["“”„$`%\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 2_000, seed: 9 },
    );
  });
});

describe('the shell of a hive’s machine', () => {
  it.each([
    ['/home/u/model.gguf', 'posix'],
    [undefined, 'posix'],
    ['C:\\Users\\u\\model.gguf', 'windows'],
    ['d:/models/model.gguf', 'windows'],
    ['\\\\nas\\models\\model.gguf', 'windows'],
  ] as const)('with a model at %s is %s', (path, shell) => {
    expect(shellOf(path)).toBe(shell);
  });
});
