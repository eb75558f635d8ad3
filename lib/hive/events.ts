import type { Unreachable } from './http.ts';
import { parseJson } from './json.ts';
import { narrationReader, type Reading } from './narration.ts';
import type { SseMessage } from './sse.ts';

/** What a stream says before its end. */
export type JobEvent =
  /** The response headers arrived: the hive has started the job, and its stream cannot be opened again. */
  | { type: 'opened' }
  | { type: 'narration'; action: string; message: string; reading: Reading | undefined }
  | { type: 'data'; action: string; payload: unknown };

/** How a job ended, or contact with it. */
export type JobEnd =
  /** The hive reports success, which is no evidence of it. */
  | { type: 'done' }
  | { type: 'failed'; reason: string }
  | { type: 'cancelled' }
  /**
   * Contact ended before the job did, so its outcome is unknown. `taken`: the stream was opened before. `ended`: it broke off. `garbled`: what
   * came is not a hive's stream. The others: it could not be opened.
   */
  | { type: 'lost'; why: 'taken' | 'ended' | 'garbled' | Unreachable };

export type HiveEvent = JobEvent | JobEnd;

const maxMessage = 2_000;
const maxAction = 100;
/** The header pads a function's path to 40 characters and an action to 20; both may be longer. */
const maxHeader = 1_000;

/** Whether nothing follows this event. */
export function isEnd(event: HiveEvent): event is JobEnd {
  return event.type !== 'opened' && event.type !== 'narration' && event.type !== 'data';
}

/**
 * The meaning of one event of a job's stream. Markers are compared with the whole value, because build output may contain lines that look
 * like one. Text that matches nothing is narration.
 */
export function readHiveEvent({ event, data }: SseMessage): HiveEvent {
  const name = event === 'message' ? '' : (event ?? '');
  if (name === 'data') return readData(data);
  if (name === '' && !data.startsWith('\x1b')) {
    if (data === '[DONE]') return { type: 'done' };
    if (data === '[CANCELLED]') return { type: 'cancelled' };
    if (data === '[ERROR]' || data.startsWith('[ERROR] ')) {
      return { type: 'failed', reason: clean(data.slice('[ERROR] '.length), maxMessage).trim() };
    }
    // A stream can be opened once. The second time it has this line and then [DONE], which would read as success.
    if (data.startsWith('ERROR: Job channel not found')) return { type: 'lost', why: 'taken' };
  }
  const { header, message } = splitNarration(data);
  const { action, read } = header ?? readAction(name);
  const text = clean(message, maxMessage);
  return { type: 'narration', action, message: text, reading: read?.(text) };
}

/** The kind of a line, and what reads the data in its message. */
type Action = { action: string; read: ((message: string) => Reading) | undefined };

function readAction(name: string): Action {
  const action = clean(name, maxAction);
  return { action, read: narrationReader(action) };
}

/**
 * Splits `␛[1m{function}␛[0m ␛[2m{action}␛[0m\n{message}\n`. The message is neither cleaned nor shortened, so that JSON in it stays intact.
 * Without a header all of it is the message.
 */
export function splitNarration(data: string): { header: Action | undefined; message: string } {
  const end = data.indexOf('\n');
  const header = end > 0 && end <= maxHeader ? readHeader(data.slice(0, end)) : undefined;
  return { header, message: header ? data.slice(end + 1) : data };
}

/** The action is the only stable key; the function changes with the hive's compiler. */
const readHeader = memoizeLast((header: string): Action | undefined => {
  const middle = header.indexOf('\x1b[0m \x1b[2m');
  if (middle < 0 || !header.startsWith('\x1b[1m') || !header.endsWith('\x1b[0m')) return undefined;
  return readAction(header.slice(middle + 9, -4).trim());
});

/** Keeps the last result: lines of one kind come in long sequences, and reading a header takes longer than the rest of the line. */
function memoizeLast<T>(read: (text: string) => T): (text: string) => T {
  let last: { text: string; result: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: read(text) };
    return last.result;
  };
}

function readData(data: string): HiveEvent {
  const body = parseJson(data);
  if (typeof body === 'object' && body !== null && 'action' in body && 'payload' in body) {
    const { action, payload } = body;
    if (typeof action === 'string') return { type: 'data', action: clean(action, maxAction), payload };
  }
  return { type: 'narration', action: 'data', message: clean(data, maxMessage), reading: undefined };
}

// CSI, OSC and two-character escapes, then bidirectional controls and every control character except tab and line feed.
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed.
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-Z\\^-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above. Most lines contain none, and a test is cheaper than a replacement.
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Text that is safe to display and store: no escapes, control characters or trailing blanks, at most `max` UTF-16 units. */
export function clean(text: string, max: number): string {
  // Escapes count too; four times the limit is more than any real line needs.
  const bounded = text.length > max * 4 ? text.slice(0, max * 4) : text;
  const shown = (control.test(bounded) ? bounded.replaceAll(escapes, '') : bounded).trimEnd();
  if (shown.length <= max && bounded === text) return shown;
  const kept = shown.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '');
  // In V8 a slice keeps the whole text in memory.
  return structuredClone(`${kept}…`);
}
