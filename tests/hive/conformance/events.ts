import type { IncomingHttpHeaders } from 'node:http';

export type Event = {
  /** As sent, without the empty line that ends it. */
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
  /** The final marker, or nothing. */
  marker: string;
  /** The connection broke before the response had ended. */
  broken: boolean;
};

export function parseEvent(raw: string): Event {
  const lines = raw.split('\n');
  const of = (field: string): string[] =>
    lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2));
  return { raw, event: of('event')[0], data: of('data').join('\n') };
}

/** Whole events only; what a broken stream leaves of its last one is not an event. */
export const parseEvents = (raw: string): Event[] => raw.split('\n\n').slice(0, -1).map(parseEvent);

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is being promised.
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

/** An operation with the field that nearly all share. */
export const operation = (name: string, fields: object = {}): object => ({
  operation: name,
  hive_id: 'localhost',
  ...fields,
});
