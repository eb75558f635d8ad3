import type { ErrorCode } from '../errors.ts';
import type { Backend, Device, HiveModel, HiveStatus } from '../hive/types.ts';
import type { Note, Progress, Run, RunState, StepName } from '../runs/run.ts';

/**
 * What a page learns about a run: enough to draw its button, and nothing about the user's machines (no hive, address, device,
 * process id or log text).
 */
export type PageRun = {
  id: string;
  /** The subject of the page that this run belongs to, exactly as the page sent it. */
  pageSubject: string;
  /** The run's own subject: with the file once one was chosen. */
  subject: string;
  state: RunState;
  /** The step in progress. */
  step?: StepName;
  progress?: Progress;
  /** The step's log was lost: `restarted` if the hive was offline since then, so that its job is gone. */
  lost?: 'unknown' | 'restarted';
  /** `link`: the page of the model hub that can help. Other next steps are in the popup. */
  failure?: { code: ErrorCode; link?: { label: string; url: string } };
  choice?: NonNullable<Run['choice']>;
  /** In ms since the epoch: when an automatic attempt follows, or else before when Retry cannot help. */
  retryAt?: number;
  notes: Note[];
  /** A worker subject that is started without a model. */
  withoutModel: boolean;
};

/** Everything a page knows about its subjects: at most one run for each of them, the newest. Each one replaces the previous one. */
export type PageState = {
  runs: PageRun[];
  /** Those of the page's subjects that have a file on a hive that a click may go to. */
  downloaded: string[];
};

/** Sent by the service worker to the content script of a page that has sent `page/show`, after each change. Not answered. */
export type PageUpdate = { type: 'page/runs' } & PageState;

/** Why a subject may not run as usual; the view has a sentence for each. */
export type SummaryReason =
  /** The owner wants a licence to be accepted first. A click still works: the hive may hold a token. */
  | 'gated'
  /** The hub could not be asked, so size and remaining time will be unknown. */
  | 'unlisted'
  /** No GGUF file, and no known repository with a quantized version. */
  | 'no-gguf'
  /** No GGUF file here, but other repositories have quantized versions. */
  | 'derivatives'
  /** Every model consists of several files, which the hive cannot join. */
  | 'split'
  /** The hub has disabled the repository. */
  | 'disabled'
  /** No file fits into the memory of the hive, by estimate. */
  | 'no-fit'
  /** The file that a click takes cannot be loaded by the known worker versions, or perhaps not. */
  | 'not-loadable'
  | 'maybe-not-loadable'
  /** The hive cannot install this worker. */
  | 'rocm'
  /** The worker is installed already. */
  | 'installed'
  | 'civitai';

/** What is known of a subject before any click. */
export type Summary = {
  state: 'idle' | 'choose' | 'unsupported';
  /** What a click takes. */
  file?: { label: string; sizeBytes?: number };
  backend?: Backend;
  /** Most important first. */
  reasons: SummaryReason[];
  /** Where a licence is accepted; for `unsupported`, where the hub is searched for other versions of the model. */
  link?: string;
};

/** What a request about a run refers to. The run itself arrives as state, so that pages learn only what they may know. */
export type RunReply = { id: string };

/** A request that starts a run for one of the choices. */
export type Start = Request<'run/start'>;

export type HiveChoice = {
  /** Base URL, or `best-fit` for the hive that the model fits best. */
  hive: string;
  /** The user's name for it, or its host; empty for `best-fit`. */
  name: string;
  /** Its largest device; absent if it does not answer. */
  device?: Device;
  chosen: boolean;
};

export type FileMark =
  | 'running'
  | 'downloaded'
  /** The file that a click on the button takes. */
  | 'recommended'
  /** It fits by so little that it may turn out too large. */
  | 'tight'
  /** It consists of several parts, which the hive cannot join. */
  | 'split'
  /** The known worker versions cannot load it, or perhaps not, unlike others of the list. */
  | 'not_loadable'
  | 'maybe_not_loadable';

export type FileChoice = {
  /** `Q4_K_M`; with the folder, the name or the path of the file if several have the same quantization. Different for each file. */
  name: string;
  sizeBytes?: number;
  fit: 'gpu' | 'cpu' | 'too-large' | 'unknown';
  /** Estimates, unless `fit` is `unknown`. */
  needBytes?: number;
  freeBytes?: number;
  /** What distinguishes it from the others, most important first. */
  marks: FileMark[];
  /** Absent for `split`. */
  start?: Start;
};

export type DerivativeChoice = { repo: string; downloads: number; start: Start };

export type BackendChoice = {
  backend: Backend | 'rocm';
  recommended: boolean;
  installed: boolean;
  /** Absent if the hive cannot install it. */
  start?: Start;
  /** Starts the installed worker without a model. */
  startWithoutModel?: Start;
};

/** Everything that can be started for a subject, for a table. Lists without a choice are empty. */
export type Choices = {
  reasons: SummaryReason[];
  link?: string;
  hives: HiveChoice[];
  files: FileChoice[];
  derivatives: DerivativeChoice[];
  backends: BackendChoice[];
};

/**
 * All messages to the service worker; each has one reply. State flows back separately: to our own pages through `storage.local`
 * (`run:{id}`, `log:{id}`), to marketplace pages as `PageUpdate`.
 */
export type Contract = {
  /**
   * Starts a run for the subject, or refers to the one in progress. `hive`: a configured address, or `best-fit` even if there is a
   * default hive; absent: the default hive, or without one the best fit of several. `backend`: what to run it on or install it for.
   * `withoutModel` (worker subjects only): start the installed worker without a model. `repo`: the repository to take a file from if the subject
   * has none of its own. `fromCard`: the click was on a card, which shows no warnings.
   */
  'run/start': {
    request: {
      subject: string;
      hive?: string | undefined;
      backend?: Backend | undefined;
      repo?: string | undefined;
      withoutModel?: boolean | undefined;
      fromCard?: boolean | undefined;
    };
    response: RunReply;
  };
  /**
   * Asks the user in the popup (in a tab if it cannot open) whether to send this `run/start`: for a click that may not have been meant.
   * Starts nothing and stores no run (`lib/confirmation.ts`).
   */
  'run/confirm': { request: Start; response: Record<string, never> };
  /** Starts the next attempt of a run that has ended. Changes nothing for any other run, or while Retry cannot help yet (`retryAt`). */
  'run/retry': { request: { id: string }; response: RunReply };
  /** Cancels a run in progress. A hive that is offline gets the cancel later. */
  'run/cancel': { request: { id: string }; response: RunReply };
  /** Opens the popup, or its page in a tab, at this run. */
  'run/open': { request: { id: string }; response: Record<string, never> };
  /** A view has opened, or stays open: resumes runs and verifies running workers. Resolves when that is done, or after 1.5 s. */
  'run/sync': { request: Record<string, never>; response: Record<string, never> };
  /** Looks for the evidence of a lost step now, or for the worker of a manual start: a view that shows its command sends this every 10 s. */
  'run/check': { request: { id: string }; response: RunReply };
  /** Submits a lost job again. */
  'run/resubmit': { request: { id: string }; response: RunReply };
  /** Lets the hive try again instead of a manual start. */
  'run/try-hive': { request: { id: string }; response: RunReply };
  /** Agrees to building the missing worker binary. */
  'run/agree': { request: { id: string }; response: RunReply };
  /**
   * Stops the worker of a running run. Rejected if its hive lists no process with that port, or one with another model, or if a worker still
   * answers afterwards.
   */
  'run/stop': { request: { id: string }; response: RunReply };
  /** Deletes a run that has ended, and its log. Rejected for any other run. */
  'run/dismiss': { request: { id: string }; response: Record<string, never> };
  /** A view has shown these failures, so that the badge no longer marks them. */
  'run/seen': { request: { ids: string[] }; response: Record<string, never> };
  /** Checks all configured hives, or the one found on this machine. */
  'hive/status': { request: Record<string, never>; response: { hives: HiveStatus[] } };
  /** Sets the default hive; without an address, clicks go to the hive that the model fits best. */
  'hive/set-default': { request: { url?: string | undefined }; response: { hives: HiveStatus[] } };
  /**
   * A page tells which subjects it shows: at its start, when they change, and on `pageshow` with `persisted`. From then on it gets a
   * `PageUpdate` after each change. Never waits for a hive: what is found out later is sent as an update.
   */
  'page/show': { request: { subjects: string[] }; response: PageState };
  /** No gesture is needed. Limited per tab: a request that is overtaken by a newer one of the same tab may be rejected. */
  'subject/summary': { request: { subject: string }; response: Summary };
  /** Only after a trusted action of the user. `hive` as in `run/start`. */
  'subject/choices': { request: { subject: string; hive?: string | undefined }; response: Choices };
  /** Checks an address that the user typed. Nothing is stored. */
  'hive/test': { request: { url: string }; response: HiveStatus };
  /** Deletes a model that a fresh listing contains. Returns the listing afterwards. */
  'model/delete': { request: { hive: string; id: string }; response: { models: HiveModel[]; readAt: number } };
  /** The hive's models, at most a minute old; `readAt` is in ms since the epoch. */
  'hive/models': { request: { hive: string }; response: { models: HiveModel[]; readAt: number } };
};

export type MessageType = keyof Contract;
export type Request<T extends MessageType> = Contract[T]['request'];
export type Response<T extends MessageType> = Contract[T]['response'];

/** A reply as it is sent. Errors are data; `send` turns them into an `RbeeError` again. */
export type Reply<T extends MessageType> =
  | { ok: true; value: Response<T> }
  | { ok: false; error: { code: ErrorCode; message: string } };
