export type RouteName =
  | 'health'
  | 'capabilities'
  | 'heartbeats'
  | 'submit'
  | 'stream'
  | 'cancel'
  | 'shutdown'
  | 'dev'
  | 'ui';

type Rule = {
  /** Only for jobs of this operation. */
  operation?: string;
  /** How often the fault applies. Default: always. */
  times?: number;
  /** Number of matches that are skipped first. */
  skip?: number;
};

/** A fault of a request. With `late`, the hive handles the request and only the reply fails. */
export type RequestFault = Rule & {
  on: RouteName | 'any';
  late?: boolean;
  /** Delays the reply. For a stream, the job runs meanwhile. */
  delayMs?: number;
  /** Closes the connection without a reply. */
  drop?: boolean;
  /** Never replies. */
  hang?: boolean;
  /** Replies with this instead; `repeat` repeats the body. */
  reply?: { status?: number; headers?: Record<string, string>; body?: string; repeat?: number };
  /** Cancel only: replies 200, but the job continues. */
  tooLate?: boolean;
  /** Streams only. */
  stream?: StreamFault;
};

export type StreamFault = {
  /** Cuts the connection after this many events, the final marker included. */
  cutAfterEvents?: number;
  /** The response ends properly instead of being cut. */
  cutCleanly?: boolean;
  /** Pauses after this many events: for `ms`, or until `hive.release()`. */
  silence?: { afterEvents: number; ms?: number };
  /** Sends these bytes after this many events, `repeat` times. */
  inject?: { afterEvents: number; raw: string; repeat?: number };
  contentType?: string;
};

/** A fault before or after a narration line of a job. */
export type StepFault = Rule &
  ({ before: string } | { after: string }) & {
    delayMs?: number;
    /** Pauses the job until `hive.release()`. */
    pause?: boolean;
    /** The job fails with this text. */
    fail?: string;
    /** Sends this many lines at once. */
    burst?: { count: number; action?: string; message?: string };
  };

export type Fault = RequestFault | StepFault;

type Active<T> = { rule: T; left: number; skip: number };

export type Faults = {
  set(faults: readonly Fault[]): void;
  request(on: RouteName, operation: string | undefined): RequestFault | undefined;
  step(when: 'before' | 'after', action: string, operation: string | undefined): StepFault | undefined;
};

const isStep = (fault: Fault): fault is StepFault => 'before' in fault || 'after' in fault;

export function createFaults(initial: readonly Fault[]): Faults {
  let requests: Active<RequestFault>[] = [];
  let steps: Active<StepFault>[] = [];
  const activate = <T extends Rule>(rule: T): Active<T> => ({
    rule,
    left: rule.times ?? Number.POSITIVE_INFINITY,
    skip: rule.skip ?? 0,
  });
  const take = <T extends Rule>(
    list: Active<T>[],
    operation: string | undefined,
    matches: (rule: T) => boolean,
  ): T | undefined => {
    for (const entry of list) {
      if (entry.left <= 0 || !matches(entry.rule)) continue;
      if (entry.rule.operation !== undefined && entry.rule.operation !== operation) continue;
      if (entry.skip > 0) {
        entry.skip--;
        continue;
      }
      entry.left--;
      return entry.rule;
    }
    return undefined;
  };
  const set = (faults: readonly Fault[]): void => {
    requests = faults.filter((fault): fault is RequestFault => !isStep(fault)).map(activate);
    steps = faults.filter(isStep).map(activate);
  };
  set(initial);
  return {
    set,
    request: (on, operation) => take(requests, operation, (rule) => rule.on === 'any' || rule.on === on),
    step: (when, action, operation) =>
      take(steps, operation, (rule) => (when in rule ? (rule as Record<string, unknown>)[when] === action : false)),
  };
}

const html = { 'content-type': 'text/html; charset=utf-8' };
const json = { 'content-type': 'application/json' };
const page = '<!doctype html><html><head><title>Vite</title></head><body><div id="root"></div></body></html>';

/** Lists of faults for `setFaults`. */
export const hiveFaults = {
  /** A web server that replies to every path with a page. */
  otherProgram: [{ on: 'any', reply: { headers: html, body: page } }],
  /** From before 2025-11-01: the capabilities have another path. */
  oldHive: [
    { on: 'capabilities', reply: { headers: html, body: page } },
    { on: 'ui', reply: { headers: json, body: '{"devices":[]}' } },
  ],
  neverReplies: [{ on: 'any', hang: true }],
  submitLost: [{ on: 'submit', drop: true, late: true, times: 1 }],
  submitRefused: [{ on: 'submit', drop: true, times: 1 }],
  submitInvalid: [{ on: 'submit', reply: { headers: json, body: '{"job":1}' } }],
  submitHtml: [{ on: 'submit', reply: { headers: html, body: page } }],
  cancelTooLate: [{ on: 'cancel', tooLate: true }],
} satisfies Record<string, Fault[]>;
