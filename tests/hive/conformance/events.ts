import type { IncomingHttpHeaders } from 'node:http';

export type Event = {
  /** As received, without the empty line at the end. */
  raw: string;
  event: string | undefined;
  data: string;
};
export type Narration = { path: string; action: string; message: string };
export type Outcome = {
  raw: string;
  headers: IncomingHttpHeaders;
  events: Event[];
  narrations: Narration[];
  /** The final marker, or an empty string. */
  marker: string;
  /** The connection was closed before the end of the response. */
  broken: boolean;
};

export function parseEvent(raw: string): Event {
  const lines = raw.split('\n');
  const of = (field: string): string[] =>
    lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2));
  return { raw, event: of('event')[0], data: of('data').join('\n') };
}

/** Parses complete events only. An interrupted stream can end with an incomplete one. */
export const parseEvents = (raw: string): Event[] => raw.split('\n\n').slice(0, -1).map(parseEvent);

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are part of the format.
const narrationPattern = /^\x1b\[1m(.*?)\x1b\[0m \x1b\[2m(.*?)\x1b\[0m\n([\s\S]*?)\n$/;

export function parseNarration(data: string): Narration | undefined {
  const [, path, action, message] = narrationPattern.exec(data) ?? [];
  return path === undefined || action === undefined || message === undefined
    ? undefined
    : { path: path.trimEnd(), action: action.trimEnd(), message };
}

export const isMarker = (data: string): boolean => /^\[(?:DONE|CANCELLED)\]$|^\[ERROR\] /.test(data);

export const actions = ({ narrations }: Outcome): string[] => narrations.map(({ action }) => action);
export const messageOf = ({ narrations }: Outcome, action: string): string | undefined =>
  narrations.find((narration) => narration.action === action)?.message;

/** An operation with `hive_id`, which nearly all operations need. */
export const operation = (name: string, fields: object = {}): object => ({
  operation: name,
  hive_id: 'localhost',
  ...fields,
});
