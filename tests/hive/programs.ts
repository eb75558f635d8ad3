import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workerTypes } from './entries.ts';

const script = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** One line of `ps aux`. */
export type Listed = { pid: number; line: string };

/** A shell on the stand-in's machine, and the programs started in it as `ps` lists them. */
export type Programs = {
  /** Runs a command in a shell on the hive's machine. It ends with the stand-in. */
  shell(command: string): ChildProcess;
  list(): Listed[];
  signal(pid: number, signal: NodeJS.Signals): void;
  endAll(): Promise<void>;
};

/**
 * Programs with their real names in `home/bin`: workers, which accept exactly the flags of the real ones, and the parts of git
 * and cargo that the displayed commands need. `~` is `home`, where the stand-in keeps its data.
 */
export function createPrograms(home: string, tokenMs: number): Programs {
  const bin = join(home, 'bin');
  const shells = new Set<ChildProcess>();

  function install(): void {
    mkdirSync(bin, { recursive: true });
    const program = (name: string, ...lines: string[]) => {
      writeFileSync(join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'));
      chmodSync(join(bin, name), 0o755);
    };
    for (const backend of Object.keys(workerTypes)) {
      const name = `llm-worker-rbee-${backend}`;
      const behaviour = JSON.stringify({ child: 'serve', tokenMs, program: name });
      program(name, `RBEE_WORKER='${behaviour}' exec '${process.execPath}' '${script}' "$@"`);
    }
    program('git', 'mkdir -p rbee');
    program(
      'cargo',
      '[ "$1" = run ] || exit 0',
      'while [ "$1" != -- ]; do [ "$1" = --bin ] && name=$2; shift; done',
      'shift',
      'exec "$name" "$@"',
    );
  }

  /** Only the worker programs of this home, because tests run in parallel. A real hive lists those of the whole machine. */
  const list = (): Listed[] =>
    shells.size === 0
      ? []
      : execFileSync('ps', ['aux'], { encoding: 'utf8', env: { ...process.env, COLUMNS: '10000' } })
          .split('\n')
          .flatMap((line) => {
            const pid = Number(/^\S+\s+(\d+)/.exec(line)?.[1]);
            return pid && line.includes(home) && /llm-worker|worker-rbee/.test(line) ? [{ pid, line }] : [];
          });

  return {
    list,
    shell: (command) => {
      if (shells.size === 0) install();
      const { NODE_OPTIONS: _, ...env } = process.env;
      const shell = spawn('bash', ['-c', command], {
        cwd: home,
        env: { ...env, HOME: home, PATH: [bin, env.PATH].join(delimiter) },
        stdio: 'ignore',
        // A separate process group, so that it can be killed as a whole.
        detached: true,
      });
      shells.add(shell);
      return shell;
    },
    signal: (pid, signal) => {
      if (list().some((listed) => listed.pid === pid)) process.kill(pid, signal);
    },
    endAll: async () => {
      await Promise.all(
        [...shells].map(async (shell) => {
          if (shell.exitCode !== null || shell.signalCode !== null || !shell.pid) return;
          const ended = new Promise((resolve) => shell.once('exit', resolve));
          process.kill(-shell.pid, 'SIGKILL');
          await ended;
        }),
      );
    },
  };
}
