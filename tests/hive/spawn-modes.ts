type Mode = {
  /** The spawn ends here, before a process exists. */
  stop?: 'not-installed' | 'no-ports' | 'binary-missing' | 'not-spawned';
  /** The hive fails right after it started the process. */
  leaves?: boolean;
  /** What the process does. */
  child?: 'serve' | 'exit' | 'no-health-path' | 'unhealthy' | 'deaf' | 'impostor';
  /** The hive says that the worker is healthy without having looked. */
  claims?: boolean;
  /** The hive gives up on the health check before its time is over. */
  healthGivesUp?: boolean;
};

/** How `worker_spawn` goes. */
export const spawnModes = {
  works: { child: 'serve' },
  /** The process runs, and the hive reports that it could not start it. */
  leftBehind: { child: 'serve', leaves: true },
  /** Today's hive with an installed binary: it looks for one named like the instance. */
  real: { stop: 'binary-missing' },
  notInstalled: { stop: 'not-installed' },
  noPorts: { stop: 'no-ports' },
  /** The same report, and no process. */
  notSpawned: { stop: 'not-spawned' },
  /** The process lives and answers 404 where the hive looks. */
  timesOut: { child: 'no-health-path' },
  /** The process ends at once, as with flags it does not know. */
  exits: { child: 'exit' },
  failsHealth: { child: 'no-health-path', healthGivesUp: true },
  /** The hive says success; `/health` answers 503 for ever. */
  neverHealthy: { child: 'unhealthy', claims: true },
  /** The hive says success; nothing listens on the port. */
  neverListens: { child: 'deaf', claims: true },
  /** The hive says success; something else answers on the port. */
  impostor: { child: 'impostor', claims: true },
} satisfies Record<string, Mode>;

export type SpawnMode = keyof typeof spawnModes;
export type SpawnPlan = Mode;
export const planOf = (mode: SpawnMode): SpawnPlan => spawnModes[mode];
