import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from './options.ts';
import type { SpawnPlan } from './spawn-modes.ts';

/** A worker process that the hive started. It may continue after the hive has ended. */
export type WorkerProcess = {
  readonly pid: number;
  readonly port: number;
  readonly model: string;
  readonly worker: string;
  readonly device: number;
  /** Command line in the process list. */
  readonly command: string;
  readonly startedAt: number;
  alive: boolean;
};

type Start = {
  port: number;
  model: string;
  worker: string;
  device: number;
  binary: string;
  args: readonly string[];
  plan: SpawnPlan;
};

export type Processes = {
  readonly all: WorkerProcess[];
  start(start: Start): WorkerProcess;
  find(pid: number): WorkerProcess | undefined;
  signal(pid: number, signal: NodeJS.Signals): void;
  /** Kills all processes and waits for their end. */
  endAll(): Promise<void>;
};

const script = fileURLToPath(new URL('./worker.ts', import.meta.url));

export function createProcesses(options: WorkerOptions, outlive: boolean, changed: () => void): Processes {
  const all: WorkerProcess[] = [];
  const children = new Map<number, ChildProcess>();

  return {
    all,
    start: ({ port, model, worker, device, binary, args, plan }) => {
      const { NODE_OPTIONS: _, ...env } = process.env;
      const behaviour = { child: plan.child, tokenMs: 5, ...options, followsHive: !outlive };
      const child = spawn(process.execPath, [script, ...args], {
        env: { ...env, RBEE_WORKER: JSON.stringify(behaviour) },
        stdio: [outlive ? 'ignore' : 'pipe', 'ignore', 'ignore'],
      });
      if (child.pid === undefined) throw new Error('Failed to spawn monitored daemon');
      child.stdin?.on('error', () => {});
      const command = [binary, ...args].join(' ');
      const entry: WorkerProcess = {
        pid: child.pid,
        port,
        model,
        worker,
        device,
        command,
        startedAt: Date.now(),
        alive: true,
      };
      all.push(entry);
      children.set(child.pid, child);
      child.once('exit', () => {
        entry.alive = false;
        changed();
      });
      changed();
      return entry;
    },
    find: (pid) => all.find((entry) => entry.pid === pid && entry.alive),
    signal: (pid, signal) => {
      children.get(pid)?.kill(signal);
    },
    endAll: async () => {
      const ends = all.flatMap((entry) => {
        const child = children.get(entry.pid);
        if (!entry.alive || !child) return [];
        const end = new Promise<void>((resolve) => {
          child.once('exit', () => resolve());
        });
        child.kill('SIGKILL');
        return [end];
      });
      await Promise.all(ends);
    },
  };
}
