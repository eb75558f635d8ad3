import type { ErrorCode } from '../errors.ts';
import type { Backend, HiveModel, HiveStatus } from '../hive/types.ts';
import type { Run } from '../runs/run.ts';

/** One thing a person can take for a subject. The texts are ready to show: the page has no room for their words. */
export type OfferItem = {
  /** `Q4_K_M · 0.8 GB`, `gpu-box`, `CUDA`. */
  text: string;
  /** What is known of it: fit, marks, why it cannot be taken. May be empty. */
  hint: string;
  /** What a click on the button takes without a choice. */
  usual?: boolean;
  /** Cannot be taken. */
  off?: true;
  /** What taking it starts… */
  start?: Request<'run/start'>;
  /** …or the hive for which the list is read again, and to which clicks on this page go from then on (`best` for the best fit). */
  hive?: string;
};

/** What can be started for a subject, and what is worth saying before anything is. */
export type Offer = {
  /** Behind the label of an idle button: `Q4_K_M · 0.8 GB`, `CUDA`. */
  detail?: string | undefined;
  /** What a click on the button takes is on this hive already. */
  there?: boolean | undefined;
  /** Sentences for the line under it: gated, nothing fits, others have published it… */
  told: string[];
  /** Whether `told` is worth its own visible line (gated is). */
  telling?: boolean;
  /** The next step for what was told. */
  link?: { text: string; url: string };
  /** The list under the caret; empty where there is nothing to choose. */
  groups: { title: string; items: OfferItem[] }[];
};

/**
 * Everything that crosses between a view and the service worker: requests go one way, and each has one reply. State comes
 * back through `storage.local` (`run:{id}`, `log:{id}`), the same copy for every view.
 */
export type Contract = {
  /**
   * Starts a run for the subject, or returns the one that is already under way for it. `hive`: the address of a known hive, or
   * `best` for the best fit, even where a default hive is set; absent: the default hive where one is set, else the best fit where
   * several are named. `worker`: what to run or install it with; `bare` (worker subjects only): start the installed worker without a model; `repo`: whose upload to take for the subject, where it has no file of its own.
   */
  'run/start': {
    request: {
      subject: string;
      hive?: string | undefined;
      backend?: Backend | undefined;
      repo?: string | undefined;
      bare?: boolean | undefined;
    };
    response: { run: Run };
  };
  'run/retry': { request: { id: string }; response: { run: Run } };
  'run/cancel': { request: { id: string }; response: { run: Run } };
  /** Opens the popup, or its page in a tab, at that run. */
  'run/open': { request: { id: string }; response: Record<string, never> };
  /**
   * Wakes the service worker, which looks after every run, proves running workers again, and answers with the present state.
   * `there`: the ids (`org/name:file`) of those models in the hive's list that belong to one of the subjects.
   */
  'run/sync': { request: { subjects?: string[] | undefined }; response: { runs: Run[]; there: string[] } };
  /** Looks for evidence of a lost step now. */
  'run/check': { request: { id: string }; response: { run: Run } };
  /** Sends a lost step's job again because a person said so. */
  'run/again': { request: { id: string }; response: { run: Run } };
  /** The person agrees that the missing worker binary is built. */
  'run/agree': { request: { id: string }; response: { run: Run } };
  /** Stops the worker of a running run, by the pid its hive reported. */
  'run/stop': { request: { id: string }; response: { run: Run } };
  'run/dismiss': { request: { id: string }; response: Record<string, never> };
  /** Failures on view have been seen: the badge forgets them. */
  'run/seen': { request: { ids: string[] }; response: Record<string, never> };
  'hive/status': { request: Record<string, never>; response: { hives: HiveStatus[] } };
  /** Where clicks go from now on. Without an address: to the hive that the model fits best. */
  'hive/prefer': { request: { url?: string | undefined }; response: { hives: HiveStatus[] } };
  /** What can be started for a subject: for the page when its button is shown and each time its list is opened, and for a choice in the popup. `hive` as in `run/start`. */
  'subject/offer': { request: { subject: string; hive?: string | undefined }; response: Offer };
  /** The style sheet of the page's buttons and lists. */
  'page/look': { request: Record<string, never>; response: { look: string } };
  /** Two-step check of an address a person typed. Nothing is stored. */
  'hive/test': { request: { url: string }; response: HiveStatus };
  /** Deletes by the id a fresh list holds, and answers with the list after it. */
  'model/delete': { request: { hive: string; id: string }; response: { models: HiveModel[]; readAt: number } };
  'hive/models': { request: { hive: string }; response: { models: HiveModel[]; readAt: number } };
};

export type MessageType = keyof Contract;
export type Request<T extends MessageType> = Contract[T]['request'];
export type Response<T extends MessageType> = Contract[T]['response'];

/** What crosses the wire. Errors travel as data; `send` turns them back into an `RbeeError`. */
export type Reply<T extends MessageType> =
  | { ok: true; value: Response<T> }
  | { ok: false; error: { code: ErrorCode; message: string } };
