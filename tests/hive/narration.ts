export type Line = { action: string; message: string };

/** The functions of lines that do not come from the operation itself. */
const paths: Readonly<Record<string, string>> = {
  execute: 'job_server::execution::execute_and_stream',
  cancelled: 'job_server::execution::execute_and_stream',
  failed: 'job_server::execution::execute_and_stream',
  route_job: 'rbee_hive::job_router::route_operation',
  download_progress: 'rbee_hive_model_provisioner::download_tracker::DownloadTracker::start_heartbeat',
  download_cancelled: 'rbee_hive_model_provisioner::download_tracker::DownloadTracker::start_heartbeat',
};

/**
 * A narration as the hive's formatter writes it: a bold function path, a dim action key, a line end, the message and
 * another line end (rbee-keeper/rbee 0509312f, 2025-11-14, narration-core).
 */
export function formatNarration(path: string, { action, message }: Line): string {
  return `\x1b[1m${(paths[action] ?? path).padEnd(40)}\x1b[0m \x1b[2m${action.padEnd(20)}\x1b[0m\n${message}\n`;
}

/**
 * One server-sent event. Every line end in the data begins a new `data:` line, so a trailing one adds an empty line. A
 * bare carriage return, which progress bars print, is a line end as well (axum 0.8.5; before, it made the hive panic).
 */
export function formatEvent(data: string, event?: string): string {
  const lines = data.split('\n').map((line) => `data: ${line.replaceAll('\r', '\rdata: ')}\n`);
  return `${event ? `event: ${event}\n` : ''}${lines.join('')}\n`;
}

type Cell = string | number | boolean | null | readonly unknown[] | object | undefined;

function formatCell(value: Cell): string {
  if (value === undefined) return '-';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object') return `{${Object.keys(value).length}}`;
  return String(value);
}

/** Rows as text. Columns come in alphabetical order and widths count bytes, as in the hive. */
export function formatTable(rows: readonly Record<string, Cell>[]): string {
  if (rows.length === 0) return '(empty)';
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row).sort()))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => formatCell(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => Buffer.byteLength(row[i] ?? ''))));
  const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length));
  const [header = [], ...body] = cells.map((row) => row.map((cell, i) => pad(cell, widths[i] ?? 0)).join(' │ '));
  const rule = widths.map((width) => '─'.repeat(width)).join('─┼─');
  return [header, rule, ...body].map((row) => `${row}\n`).join('');
}
