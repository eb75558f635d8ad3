import { sleep } from '../../net/wait.ts';
import type { WorkerProcess } from '../processes.ts';
import type { Work } from '../work.ts';
import { type Args, type Operation, text } from './operation.ts';

const path = (name: string): string => `rbee_hive::operations::worker::${name}`;

const psLine = ({ pid, command }: WorkerProcess): string =>
  `user ${String(pid).padStart(10)}  0.3  1.2 1126420 98304 ?        Sl   12:00   0:01 ${command}`;

async function list(work: Work, args: Args): Promise<void> {
  await work.narrate('worker_proc_list_start', `📋 Listing worker processes on hive '${text(args, 'hive_id')}'`);
  const started = work.hive.processes.all.filter(
    (entry) => entry.alive && /llm-worker|worker-rbee/.test(entry.command),
  );
  const found = [...started.map(psLine), ...work.hive.programs.list().map(({ line }) => line)];
  await work.narrate('worker_proc_list_result', `Found ${found.length} worker process(es)`);
  if (found.length === 0) await work.narrate('worker_proc_list_empty', 'No worker processes found');
  for (const line of found) await work.narrate('worker_proc_list_entry', `  ${line}`);
}

async function get(work: Work, args: Args): Promise<void> {
  const pid = Number(args.pid);
  await work.narrate(
    'worker_proc_get_start',
    `🔍 Getting worker process PID ${pid} on hive '${text(args, 'hive_id')}'`,
  );
  const listed = work.hive.programs.list().find((entry) => entry.pid === pid);
  const command = work.hive.processes.find(pid)?.command ?? listed?.line.split(/\s+/).slice(10).join(' ');
  if (!command) throw new Error(`Process ${pid} not found`);
  await work.narrate('worker_proc_get_found', `✅ PID ${pid}: PID COMMAND\n${String(pid).padStart(7)} ${command}`);
}

/** Signals only workers of the stand-in. A real hive signals any process that it is permitted to. */
async function remove(work: Work, args: Args): Promise<void> {
  const pid = Number(args.pid);
  await work.narrate(
    'worker_proc_del_start',
    `🗑️  Deleting worker process PID ${pid} on hive '${text(args, 'hive_id')}'`,
  );
  const { processes, programs } = work.hive;
  const signal = (name: NodeJS.Signals): void => {
    processes.signal(pid, name);
    programs.signal(pid, name);
  };
  if (processes.find(pid) || programs.list().some((entry) => entry.pid === pid)) {
    signal('SIGTERM');
    await work.narrate('worker_proc_del_sigterm', `Sent SIGTERM to PID ${pid}`);
    await work.wait(sleep(work.hive.options.killWaitMs ?? 2_000, work.dropped));
    signal('SIGKILL');
  } else {
    await work.narrate('worker_proc_del_already_dead', `Process ${pid} may already be dead`);
  }
  await work.narrate('worker_proc_del_ok', `✅ Worker process PID ${pid} deleted successfully`);
}

const named = { hive_id: 'string', pid: 'u32' } as const;

export const workerProcesses = {
  worker_process_list: { fields: { hive_id: 'string' }, path: path('handle_worker_process_list'), run: list },
  worker_process_get: { fields: named, path: path('handle_worker_process_get'), run: get },
  worker_process_delete: { fields: named, path: path('handle_worker_process_delete'), run: remove },
} satisfies Record<string, Operation>;
