import * as z from 'zod/mini';
import type { HiveStatus } from '../hive/types.ts';
import { isQuarantineKey, isRunKey, logKey } from '../runs/keys.ts';
import { LogLine, Run } from '../runs/run.ts';
import { readSettings } from '../settings/settings.ts';
import { settingsKey } from '../settings/watch-stored.ts';
import { createRedact, type Redact } from './redact.ts';

export const diagnosticsFileName = 'rbee-diagnostics.json';

/** What a report is made of, as the browser and the service worker tell it. */
export type Facts = {
  /** In ms since the epoch. */
  now: number;
  version: string;
  browser: { userAgent: string; language: string; os: string; arch: string };
  /** What the browser allows: names, and match patterns of hosts. */
  permissions: { permissions: readonly string[]; origins: readonly string[] };
  /** All of `storage.local`, and the bytes it takes. */
  stored: Readonly<Record<string, unknown>>;
  bytes: number;
  /** The code of the error where the service worker did not answer. */
  hives: readonly HiveStatus[] | string;
};

const maxRuns = 50;
const maxLines = 50;
const maxItems = 50;
const maxText = 1_000;
/** For runs and logs together; the newest come first. The rest of the file is a few kB. */
const maxCharacters = 1_500_000;

/** Fields that hold words of ours, which a machine's name could be spelled like. */
const runWords = new Set(['state', 'name', 'phase', 'code', 'step', 'choice', 'notes', 'worker', 'as']);
const hiveWords = new Set(['state', 'why', 'kind', 'source']);

/**
 * One JSON text that a person can read and attach to a report. Names of other machines, home folders, tokens and mail
 * addresses are taken out (`redact.ts`), the names a person gave to hives are left out, and its size is bounded.
 */
export function buildDiagnostics(facts: Facts): string {
  const { stored, hives: told } = facts;
  const hives = typeof told === 'string' ? [] : told;
  const settings = readSettings(stored[settingsKey]);
  const keys = Object.keys(stored);
  const runs = keys.filter(isRunKey).map((key) => ({ key, run: z.safeParse(Run, stored[key]).data }));
  const readable = runs.flatMap(({ run }) => run ?? []).sort((a, b) => b.order - a.order);
  const redact = createRedact(
    [
      ...settings.hives.map(({ url }) => url),
      settings.defaultHive ?? '',
      ...hives.map(({ url }) => url),
      ...readable.map(({ hive }) => hive),
    ],
    hives.flatMap(({ id }) => id ?? []),
  );
  const brief = (list: readonly string[]) => shorten(list).map((text) => clip(redact(String(text))));

  const report = {
    format: 'rbee-diagnostics',
    version: 1,
    madeAt: new Date(facts.now).toISOString(),
    extension: facts.version,
    browser: facts.browser,
    permissions: { permissions: facts.permissions.permissions, origins: brief(facts.permissions.origins) },
    settings: {
      ...settings,
      hives: settings.hives.map(({ url, name }) => ({ url: redact(url), named: name !== '' })),
      ...(settings.defaultHive && { defaultHive: redact(settings.defaultHive) }),
    },
    hives: typeof told === 'string' ? told : hives.map(({ id, ...hive }) => redactFields(hive, redact, hiveWords)),
    storage: {
      bytes: facts.bytes,
      runs: readable.length,
      unreadable: brief(runs.filter(({ run }) => !run).map(({ key }) => key)),
      quarantined: brief(keys.filter(isQuarantineKey)),
    },
    runs: describeRuns(readable.slice(0, maxRuns), stored, redact),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function describeRuns(runs: readonly Run[], stored: Facts['stored'], redact: Redact): unknown[] {
  let room = maxCharacters;
  return runs.map((run) => {
    const record = { ...(redactFields(run, redact, runWords) as object), log: readLog(stored[logKey(run.id)], redact) };
    room -= JSON.stringify(record, null, 2).length;
    return room > 0 ? record : { id: run.id, state: run.state, leftOut: 'The file would be too large.' };
  });
}

/** The newest lines, oldest of them first. */
function readLog(log: unknown, redact: Redact): string[] {
  const lines = Array.isArray(log) ? log.slice(-maxLines) : [];
  return lines.flatMap((line) => {
    const { data } = z.safeParse(LogLine, line);
    return data
      ? [`${new Date(data.at).toISOString()} ${clip(redact(data.action))} ${clip(redact(data.message))}`]
      : [];
  });
}

/** A copy in which every text is redacted but those of `keptFields`, and no text or list is long. */
function redactFields(value: unknown, redact: Redact, keptFields: ReadonlySet<string>, name = ''): unknown {
  if (typeof value === 'string') return keptFields.has(name) ? value : clip(redact(value));
  if (Array.isArray(value)) return shorten(value).map((item) => redactFields(item, redact, keptFields, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, redactFields(field, redact, keptFields, key)]),
  );
}

/** Cut after redacting, so that no half of a secret stays, and without control characters, each of which takes six in JSON. */
function clip(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  const plain = text.slice(0, maxText).replaceAll(/[\x00-\x1f\x7f]+/g, ' ');
  return text.length > maxText ? `${plain}…` : plain;
}

const shorten = (list: readonly unknown[]): readonly unknown[] =>
  list.length > maxItems ? [...list.slice(0, maxItems), `${list.length - maxItems} more`] : list;
