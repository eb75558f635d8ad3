import * as z from 'zod/mini';
import { browser } from '../../lib/browser.ts';
import { isQuarantineKey, isRunKey, logKey, runKey } from '../../lib/runs/keys.ts';
import { LogLine, Run } from '../../lib/runs/run.ts';
import { type Changes, followStorage, type Live } from '../ui/live.ts';

/**
 * The stored runs, newest click first. An unchanged run stays the same object, so that only what changed is rendered again. Invalid
 * records are left out.
 */
export const followRuns = (): Promise<Live<Run[]>> => followStorage('local', readRuns, applyToRuns);

/** Keys of stored runs that were quarantined because they are damaged or belong to no configured hive. */
export const followQuarantined = (): Promise<Live<string[]>> =>
  followStorage('local', readQuarantined, applyToQuarantined);

/** The narration of a run, oldest line first. Empty if there is none. */
export function followLog(id: string, signal: AbortSignal): Promise<Live<LogLine[]>> {
  const key = logKey(id);
  return followStorage(
    'local',
    async () => parseLines((await browser.storage.local.get(key))[key]),
    (lines, changes) => (key in changes ? parseLines(changes[key]?.newValue) : lines),
    signal,
  );
}

async function readRuns(): Promise<Run[]> {
  const keys = (await listKeys()).filter(isRunKey);
  const stored = keys.length > 0 ? await browser.storage.local.get(keys) : {};
  return newestFirst(Object.values(stored).flatMap((record) => parseRun(record) ?? []));
}

function applyToRuns(runs: Run[], changes: Changes): Run[] {
  const keys = Object.keys(changes).filter(isRunKey);
  if (keys.length === 0) return runs;
  const kept = runs.filter(({ id }) => !keys.includes(runKey(id)));
  return newestFirst([...kept, ...keys.flatMap((key) => parseRun(changes[key]?.newValue) ?? [])]);
}

const readQuarantined = async (): Promise<string[]> => (await listKeys()).filter(isQuarantineKey);

function applyToQuarantined(keys: string[], changes: Changes): string[] {
  const changed = Object.keys(changes).filter(isQuarantineKey);
  if (changed.length === 0) return keys;
  const present = changed.filter((key) => changes[key]?.newValue);
  return [...keys.filter((key) => !changed.includes(key)), ...present];
}

/** `getKeys` does not exist in Chrome before 130. */
async function listKeys(): Promise<string[]> {
  const { local } = browser.storage;
  const getKeys: (() => Promise<string[]>) | undefined = local.getKeys?.bind(local);
  return getKeys ? getKeys() : Object.keys(await local.get(null));
}

const parseRun = (stored: unknown): Run | undefined => z.safeParse(Run, stored).data;

const parseLines = (stored: unknown): LogLine[] =>
  Array.isArray(stored) ? stored.flatMap((line) => z.safeParse(LogLine, line).data ?? []) : [];

const newestFirst = (runs: Run[]): Run[] => runs.sort((a, b) => b.order - a.order || (a.id < b.id ? 1 : -1));
