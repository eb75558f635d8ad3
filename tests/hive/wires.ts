/** What differed on the wire in earlier versions of the hive (its public history, 2025-10 to 2025-11). */
export type Wire = {
  narration: 'bracketed' | 'ansi';
  /** Before 2025-11-02 a failed or cancelled job ended `[DONE]` as well. */
  endings: 'done-only' | 'all';
  /** Before 2025-11-02 a stream without output for so long was ended with `[DONE]`, though the job went on. */
  silenceEndsMs?: number;
  dataEvents: boolean;
  doneAfterLost: boolean;
  deleteJobs: boolean;
  capabilitiesPath: '/capabilities' | '/v1/capabilities';
  /** The line that names a worker's port; without it ports are random from 9000. */
  portLine: boolean;
};

const current: Wire = {
  narration: 'ansi',
  endings: 'all',
  dataEvents: true,
  doneAfterLost: true,
  deleteJobs: true,
  capabilitiesPath: '/v1/capabilities',
  portLine: true,
};
const november7: Wire = { ...current, portLine: false };
const november1: Wire = {
  ...november7,
  endings: 'done-only',
  silenceEndsMs: 30_000,
  dataEvents: false,
  doneAfterLost: false,
};
const october31: Wire = { ...november1, capabilitiesPath: '/capabilities' };
const october25: Wire = { ...october31, narration: 'bracketed', deleteJobs: false };

export const wires = {
  current,
  '2025-11-07': november7,
  '2025-11-01': november1,
  '2025-10-31': october31,
  '2025-10-25': october25,
} satisfies Record<string, Wire>;
export type WireName = keyof typeof wires;
