type Mode = {
  /** The spawn ends here, before a process exists. */
  stop?: 'not-installed' | 'no-ports' | 'binary-missing' | 'not-spawned';
  /** The hive fails right after it started the process. */
  leaves?: boolean;
  /** What the process does. */
  child?: 'serve' | 'exit' | 'no-health-path' | 'unhealthy' | 'deaf' | 'impostor';
  /** The hive reports a healthy worker without checking. */
  claims?: boolean;
  /** The hive gives up on the health check early. */
  healthGivesUp?: boolean;
};

/** Outcomes of `worker_spawn`. */
export const spawnModes = {
  works: { child: 'serve' },
  /** The process runs, and the hive reports that it could not start it. */
  leftBehind: { child: 'serve', leaves: true },
  /** The hive looks for a binary named like the instance and finds none. */
  real: { stop: 'binary-missing' },
  notInstalled: { stop: 'not-installed' },
  noPorts: { stop: 'no-ports' },
  /** The same report, and no process. */
  notSpawned: { stop: 'not-spawned' },
  /** The process runs and answers 404 to the hive's health check. */
  timesOut: { child: 'no-health-path' },
  /** The process exits at once, as with unknown flags. */
  exits: { child: 'exit' },
  failsHealth: { child: 'no-health-path', healthGivesUp: true },
  /** The hive reports success; `/health` always answers 503. */
  neverHealthy: { child: 'unhealthy', claims: true },
  /** The hive reports success; nothing listens on the port. */
  neverListens: { child: 'deaf', claims: true },
  /** The hive reports success; something else answers on the port. */
  impostor: { child: 'impostor', claims: true },
} satisfies Record<string, Mode>;

export type SpawnMode = keyof typeof spawnModes;
export type SpawnPlan = Mode;
export const planOf = (mode: SpawnMode): SpawnPlan => spawnModes[mode];
