/** What a hive can be doing within one step. Most phases produce no output for minutes. */
export const phases = [
  'submitting',
  'searching',
  'downloading',
  'copying',
  'confirming',
  'fetching',
  'cloning',
  'building',
  'packaging',
  'spawning',
  'health',
  'loading',
] as const;
export type Phase = (typeof phases)[number];

/** The data in one narration line: percent 0 to 100, port 1 to 65,535, pid 1 to 2³¹ − 1. */
export type Reading = { phase?: Phase; percent?: number; port?: number; pid?: number };

type NarrationReader = Phase | ((message: string) => Reading);

/** Keys are the hive's actions (rbee-keeper/rbee 0509312f, 2025-11-14). Other actions carry no data. */
const rules = new Map<string, NarrationReader>(
  Object.entries({
    hf_find_gguf: 'searching',
    hf_download_file: 'downloading',
    download_progress: (message) => {
      const percent = Number(/\((\d{1,3}(?:\.\d+)?)% complete\)/.exec(message)?.[1]);
      return percent <= 100 ? { phase: 'downloading', percent } : { phase: 'downloading' };
    },
    hf_copy_start: 'copying',
    hf_download_complete: 'confirming',
    model_provision_complete: 'confirming',
    fetch_metadata: 'fetching',
    download_pkgbuild: 'fetching',
    git_clone_start: 'cloning',
    build_start: 'building',
    package_start: 'packaging',
    worker_spawn_start: 'spawning',
    worker_spawn_port: (message) => ({ phase: 'spawning', ...numbers(message, { port: /port (\d+)/ }) }),
    started: (message) => ({ phase: 'spawning', ...numbers(message, { pid: /PID: (\d+)/ }) }),
    health_check: 'health',
    worker_spawn_complete: (message) => ({
      phase: 'confirming',
      ...numbers(message, { pid: /PID: (\d+)/, port: /port: (\d+)/ }),
    }),
  } satisfies Record<string, NarrationReader>),
);

/** Reads the data out of the messages of one action. Undefined if they carry none, as those of most actions. */
export function narrationReader(action: string): ((message: string) => Reading) | undefined {
  const rule = rules.get(action);
  return typeof rule === 'string' ? () => ({ phase: rule }) : rule;
}

const highest = { port: 65_535, pid: 2 ** 31 - 1 };

/** Extracts numbers from a line and drops those out of range. */
function numbers(message: string, patterns: Partial<Record<'port' | 'pid', RegExp>>): Reading {
  const reading: Reading = {};
  for (const [name, pattern] of Object.entries(patterns) as ['port' | 'pid', RegExp][]) {
    const value = Number(pattern.exec(message)?.[1]);
    if (Number.isSafeInteger(value) && value > 0 && value <= highest[name]) reading[name] = value;
  }
  return reading;
}
