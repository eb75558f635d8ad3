import { parseJson } from './json.ts';
import { type Reading, readNarration } from './narration.ts';
import type { SseMessage } from './sse.ts';

export type HiveEvent =
  /** The response headers arrived: the hive has started the job, and its stream cannot be opened again. */
  | { type: 'opened' }
  | ({ type: 'narration'; action: string; message: string } & Reading)
  | { type: 'data'; action: string; payload: unknown }
  /** The hive reports success, which is no evidence of it. */
  | { type: 'done' }
  | { type: 'failed'; reason: string }
  | { type: 'cancelled' }
  /** Contact ended before the job did, or there never was any: the outcome is unknown. */
  | { type: 'lost'; why: 'taken' | 'ended' | 'refused' | 'timeout' | 'garbled' };

const maxMessage = 2_000;
const maxAction = 100;
/** The real header pads a function's path to 40 characters and an action to 20; both may be longer. */
const maxHeader = 1_000;

export function isTerminal(event: HiveEvent): boolean {
  return event.type !== 'opened' && event.type !== 'narration' && event.type !== 'data';
}

/**
 * What one event of a job's stream means, by its whole value: build output may well contain lines that look like a marker.
 * Text that fits nothing is narration.
 */
export function readHiveEvent(message: SseMessage): HiveEvent {
  const { data, cut } = message;
  const name = message.event === 'message' ? '' : (message.event ?? '');
  if (name === 'data') return readData(data);
  if (name === '' && !data.startsWith('\x1b')) {
    if (data === '[DONE]' && !cut) return { type: 'done' };
    if (data === '[CANCELLED]' && !cut) return { type: 'cancelled' };
    if (data === '[ERROR]' || data.startsWith('[ERROR] ')) {
      return { type: 'failed', reason: clean(data.slice('[ERROR] '.length), maxMessage).trim() };
    }
    // A job can be streamed once. A second taker gets this line and then [DONE], which would read as success.
    if (data.startsWith('ERROR: Job channel not found')) return { type: 'lost', why: 'taken' };
  }
  const header = splitNarration(data);
  const action = clean(header.action || name, maxAction);
  const text = clean(header.message, maxMessage);
  return { type: 'narration', action, message: text, ...readNarration(action, text) };
}

/**
 * Splits `␛[1m{function}␛[0m ␛[2m{action}␛[0m\n{message}\n`. The action is the only stable key; the function changes with
 * the hive's compiler. Neither cleaned nor shortened, so that JSON in a message stays whole; `action` is empty where there is no header.
 */
export function splitNarration(data: string): { action: string; message: string } {
  const end = data.indexOf('\n');
  const header = data.slice(0, Math.max(0, Math.min(end, maxHeader)));
  const middle = header.indexOf('\x1b[0m \x1b[2m');
  if (middle < 0 || !header.startsWith('\x1b[1m') || !header.endsWith('\x1b[0m')) return { action: '', message: data };
  return { action: header.slice(middle + 9, -4).trim(), message: data.slice(end + 1) };
}

function readData(data: string): HiveEvent {
  const body = parseJson(data);
  if (typeof body === 'object' && body !== null && 'action' in body && 'payload' in body) {
    const { action, payload } = body;
    if (typeof action === 'string') return { type: 'data', action: clean(action, maxAction), payload };
  }
  return { type: 'narration', action: 'data', message: clean(data, maxMessage) };
}

// CSI, OSC and the two-character escapes; then every control character but tab and line feed.
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed.
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-Z\\^-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above. Most lines hold none, and a test is cheaper than a replacement.
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

/** Text as it may be shown and stored: no escapes, no control characters, no empty last lines, at most `max` long. */
export function clean(text: string, max: number): string {
  // Escapes take room too, but four times the room is bounded and more than any real line needs.
  const bounded = text.length > max * 4 ? text.slice(0, max * 4) : text;
  const shown = (control.test(bounded) ? bounded.replaceAll(escapes, '') : bounded).trimEnd();
  if (shown.length <= max && bounded === text) return shown;
  const kept = shown.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '');
  // A slice would keep the whole text in memory for as long as the slice lives (V8).
  return structuredClone(`${kept}…`);
}
