import * as z from 'zod/mini';
import { RbeeError } from '../errors.ts';
import type { StorageArea } from '../storage-area.ts';
import type { RunEvent } from './events.ts';
import { isLogKey, isQuarantineKey, isRunKey, logKey, quarantineKey, runKey } from './keys.ts';
import { applyEvent } from './reducer.ts';
import { LogLine, type Run } from './run.ts';
import { hasEnded } from './steps.ts';
import { readStoredRun, withSafeOrders } from './validate-stored-run.ts';

const keptRuns = 200;
const keptQuarantined = 20;
const keptLines = 300;
/** Of one run's log as JSON, without escapes: 200 full logs take 9 of the 10 MB that browsers allow. */
const keptCharacters = 45_000;
/** Of a line's JSON without its texts. */
const lineCharacters = 50;
/** At most four writes a second, however fast a hive sends. */
const writeEveryMs = 300;
/** A failed write is repeated; runs continue in memory meanwhile. */
const writeAgainMs = 1_000;

export type Store = ReturnType<typeof createStore>;

type StoreOptions = {
  now?: () => number;
  /** Base URLs of the configured hives, once known: runs of other hives are quarantined. Absent: all hives are accepted. */
  configuredHives?: () => Promise<readonly string[]>;
};

/**
 * The runs, owned by the service worker: in memory while it lives, in storage for the next one and for the views. All changes go through
 * `apply`; one writer stores them, coalesced. `flush` resolves when all changes made so far are stored. A stored record that is
 * damaged or not trusted is quarantined under `quarantined:…`, and the others are not affected. A quarantined run is
 * restored once its hive is configured again.
 */
export function createStore(
  area: StorageArea,
  onChange: (changed: Run, before: Run | undefined) => void,
  { now = Date.now, configuredHives }: StoreOptions = {},
) {
  const runs = new Map<string, Run>();
  const logs = new Map<string, LogLine[]>();
  const dirty = new Set<string>();
  const removed = new Set<string>();
  let writing: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wroteAt = 0;

  const ready = load();

  async function load(): Promise<void> {
    const [stored, hives] = await Promise.all([area.get(null), configuredHives?.()]);
    const accepted: Run[] = [];
    const moves: [from: string, to: string, value: unknown][] = [];
    for (const [key, value] of Object.entries(stored)) {
      const run = readStoredRun(value, hives);
      const own = runKey(run?.id ?? '');
      if (run && key === own) accepted.push(run);
      else if (isRunKey(key)) moves.push([key, quarantineKey(key), value]);
      else if (run && key === quarantineKey(own)) {
        // Its hive is configured again.
        if (!(own in stored)) accepted.push(run);
        moves.push([key, own, stored[own] ?? value]);
      }
    }
    for (const run of withSafeOrders(accepted)) runs.set(run.id, run);
    const orphans = Object.keys(stored).filter((key) => isLogKey(key) && !runs.has(key.slice(logKey('').length)));
    const surplus = Object.keys(stored).filter(isQuarantineKey).slice(keptQuarantined);
    if (orphans.length + surplus.length > 0) await area.remove([...orphans, ...surplus]).catch(() => {});
    if (moves.length === 0) return;
    // Without room they stay where they are, and are read in the same way the next time.
    await area
      .set(Object.fromEntries(moves.map(([, to, value]) => [to, value])))
      .then(() => area.remove(moves.map(([from]) => from)))
      .catch(() => {});
  }

  function put(run: Run): void {
    const before = runs.get(run.id);
    runs.set(run.id, run);
    touch(runKey(run.id));
    onChange(run, before);
  }

  function touch(key: string): void {
    dirty.add(key);
    writeIn(Math.min(writeEveryMs, Math.max(0, wroteAt + writeEveryMs - Date.now())));
  }

  function writeIn(ms: number): void {
    timer ??= setTimeout(() => void write().catch(() => {}), ms);
  }

  /** Writes everything that changed. Changes made while it writes go with the next one. */
  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    while (writing) await writing.catch(() => {});
    if (dirty.size === 0 && removed.size === 0) return;
    // Counted from the start of a write, so that changes made during it wait for their turn.
    wroteAt = Date.now();
    writing = writeNow().finally(() => {
      writing = undefined;
    });
    await writing;
  }

  async function writeNow(): Promise<void> {
    const gone = [...removed];
    const keys = [...dirty];
    removed.clear();
    dirty.clear();
    try {
      if (gone.length > 0) await area.remove(gone);
      await area.set(snapshot(keys)).catch(async () => {
        // Storage is full: logs are dropped first, runs are kept.
        await removeLogs();
        await area.set(snapshot(keys));
      });
    } catch (error) {
      wroteAt = 0;
      for (const key of gone) removed.add(key);
      for (const key of keys) dirty.add(key);
      writeIn(writeAgainMs);
      throw new RbeeError('storage', String(error), { cause: error });
    }
  }

  async function removeLogs(): Promise<void> {
    logs.clear();
    await area.remove(Object.keys(await area.get(null)).filter((key) => key.startsWith('log:')));
  }

  function snapshot(keys: string[]): Record<string, unknown> {
    const items: Record<string, unknown> = {};
    for (const key of keys) {
      const value = isRunKey(key) ? runs.get(key.slice('run:'.length)) : logs.get(key.slice('log:'.length));
      if (value) items[key] = value;
    }
    return items;
  }

  function remove(id: string): void {
    runs.delete(id);
    logs.delete(id);
    for (const key of [runKey(id), logKey(id)]) {
      dirty.delete(key);
      removed.add(key);
    }
    writeIn(writeEveryMs);
  }

  /** Drops the runs that ended longest ago. */
  function prune(): void {
    const finished = [...runs.values()].filter(hasEnded).sort((a, b) => b.updatedAt - a.updatedAt);
    for (const run of finished.slice(keptRuns)) remove(run.id);
  }

  return {
    ready,
    all: (): Run[] => [...runs.values()],
    get: (id: string): Run | undefined => runs.get(id),
    add(run: Run): void {
      put(run);
      prune();
    },
    /** Applies an event that happened now, unless it has a time. Returns the run after it; undefined if there is no such run. */
    apply(id: string, event: RunEvent & { at?: number }): Run | undefined {
      const before = runs.get(id);
      if (!before) return undefined;
      const after = applyEvent(before, { at: now(), ...event });
      if (after !== before) put(after);
      return after;
    },
    /** Adds a line to the run's log, which keeps the newest ones. */
    log(id: string, line: LogLine): void {
      if (!runs.has(id)) return;
      let lines = logs.get(id);
      if (!lines) {
        lines = [];
        logs.set(id, lines);
        void recall(id, lines).catch(() => {});
      }
      lines.push({ at: line.at, action: line.action.slice(0, 100), message: line.message.slice(0, 2_000) });
      trim(lines);
      touch(logKey(id));
    },
    remove,
    flush: write,
  };

  /** Puts the lines stored by an earlier service worker before the new ones. */
  async function recall(id: string, lines: LogLine[]): Promise<void> {
    const key = logKey(id);
    const stored = z.safeParse(z.array(LogLine), (await area.get(key))[key]);
    if (!stored.success || logs.get(id) !== lines) return;
    lines.unshift(...stored.data);
    trim(lines);
    touch(key);
  }
}

/** Drops the oldest lines. */
function trim(lines: LogLine[]): void {
  let from = lines.length;
  let characters = 0;
  while (from > 0 && lines.length - from < keptLines) {
    const { action, message } = lines[from - 1] as LogLine;
    characters += action.length + message.length + lineCharacters;
    if (characters > keptCharacters) break;
    from -= 1;
  }
  lines.splice(0, from);
}
