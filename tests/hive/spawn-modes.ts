type Mode = {
  /** The error with which the spawn ends before a process is started. */
  stop?: 'not-installed' | 'no-ports' | 'binary-missing' | 'not-spawned';
  /** The hive reports an error right after it has started the process. */
  failsAfterStart?: boolean;
  /** Behaviour of the process. */
  child?: 'serve' | 'exit' | 'no-health-path' | 'unhealthy' | 'not-listening' | 'other-program';
  /** The hive reports a healthy worker without checking it. */
  reportsHealthy?: boolean;
  /** The hive ends the health checks early. */
  stopsHealthChecks?: boolean;
};

/** Outcomes of `worker_spawn`. */
export const spawnModes = {
  works: { child: 'serve' },
  /** The process runs, and the hive reports that it could not start it. */
  reportedAsFailed: { child: 'serve', failsAfterStart: true },
  /** The hive looks for a binary with the name of the instance and finds none. */
  binaryMissing: { stop: 'binary-missing' },
  notInstalled: { stop: 'not-installed' },
  noPorts: { stop: 'no-ports' },
  /** The hive reports that it could not start the process, and no process runs. */
  notSpawned: { stop: 'not-spawned' },
  /** The process runs and replies 404 to the hive's health check. */
  timesOut: { child: 'no-health-path' },
  /** The process exits at once, as with unknown flags. */
  exits: { child: 'exit' },
  failsHealth: { child: 'no-health-path', stopsHealthChecks: true },
  /** The hive reports success; `/health` always replies 503. */
  neverHealthy: { child: 'unhealthy', reportsHealthy: true },
  /** The hive reports success; nothing listens on the port. */
  neverListens: { child: 'not-listening', reportsHealthy: true },
  /** The hive reports success; another program responds on the port. */
  otherProgram: { child: 'other-program', reportsHealthy: true },
} satisfies Record<string, Mode>;

export type SpawnMode = keyof typeof spawnModes;
export type SpawnPlan = Mode;
export const planOf = (mode: SpawnMode): SpawnPlan => spawnModes[mode];
