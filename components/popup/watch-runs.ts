import * as z from 'zod/mini';
import { browser } from '../../lib/browser.ts';
import { isAsideKey, isRunKey, logKey, runKey } from '../../lib/runs/keys.ts';
import { LogLine, Run } from '../../lib/runs/run.ts';

type Changes = Record<string, { newValue?: unknown }>;

/**
 * Calls back with every stored run, newest click first: once when the storage was read, then after each change. A run that
 * did not change stays the same object. Records that cannot be read are left out.
 */
export async function watchRuns(listener: (runs: Run[]) => void, signal: AbortSignal): Promise<void> {
  const runs = new Map<string, Run>();
  const changed = new Set<string>();

  const keep = (key: string, stored: unknown) => {
    const run = readRun(stored);
    if (run) runs.set(key, run);
    else runs.delete(key);
  };

  onStorageChanged((changes) => {
    const keys = Object.keys(changes).filter(isRunKey);
    for (const key of keys) {
      changed.add(key);
      keep(key, changes[key]?.newValue);
    }
    if (keys.length > 0) listener(newestFirst(runs.values()));
  }, signal);

  const stored = await readRunRecords();
  if (signal.aborted) return;
  for (const [key, record] of Object.entries(stored)) if (!changed.has(key)) keep(key, record);
  listener(newestFirst(runs.values()));
}

/** The stored runs as they are now, newest click first. */
export async function readRuns(): Promise<Run[]> {
  return newestFirst(Object.values(await readRunRecords()).flatMap((stored) => readRun(stored) ?? []));
}

/** Calls back with a run's narration, oldest line first: once when it was read, then after each change. Empty where there is none. */
export async function watchLog(id: string, listener: (lines: LogLine[]) => void, signal: AbortSignal): Promise<void> {
  const key = logKey(id);
  let changed = false;
  onStorageChanged((changes) => {
    if (!(key in changes)) return;
    changed = true;
    listener(readLines(changes[key]?.newValue));
  }, signal);
  const stored = await browser.storage.local.get(key);
  if (!signal.aborted && !changed) listener(readLines(stored[key]));
}

function onStorageChanged(listener: (changes: Changes) => void, signal: AbortSignal): void {
  browser.storage.local.onChanged.addListener(listener);
  signal.addEventListener('abort', () => browser.storage.local.onChanged.removeListener(listener), { once: true });
}

/** The keys of stored runs that could not be read and were set aside. */
export async function readAside(): Promise<string[]> {
  return ((await listKeys()) ?? Object.keys(await browser.storage.local.get(null))).filter(isAsideKey);
}

/** Calls back with those keys, once when they were read and after each change. */
export async function watchAside(listener: (keys: string[]) => void, signal: AbortSignal): Promise<void> {
  const tell = async () => {
    const keys = await readAside();
    if (!signal.aborted) listener(keys);
  };
  onStorageChanged((changes) => {
    if (Object.keys(changes).some(isAsideKey)) void tell();
  }, signal);
  await tell();
}

/** Undefined in Chrome before 130. */
async function listKeys(): Promise<string[] | undefined> {
  const { local } = browser.storage;
  const getKeys: (() => Promise<string[]>) | undefined = local.getKeys?.bind(local);
  return getKeys?.();
}

// Without a list of keys everything is read, the logs included.
async function readRunRecords(): Promise<Record<string, unknown>> {
  const { local } = browser.storage;
  const keys = (await listKeys())?.filter(isRunKey) ?? null;
  if (keys?.length === 0) return {};
  const stored: Record<string, unknown> = await local.get(keys);
  return Object.fromEntries(Object.entries(stored).filter(([key]) => isRunKey(key)));
}

const readRun = (stored: unknown): Run | undefined => z.safeParse(Run, stored).data;

const readLines = (stored: unknown): LogLine[] =>
  Array.isArray(stored) ? stored.flatMap((line) => z.safeParse(LogLine, line).data ?? []) : [];

function newestFirst(runs: Iterable<Run>): Run[] {
  return [...runs].sort((a, b) => b.order - a.order || (runKey(a.id) < runKey(b.id) ? 1 : -1));
}
