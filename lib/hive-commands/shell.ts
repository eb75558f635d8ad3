import { isPrintable } from '../printable.ts';

/** The shell of a hive's machine. A command for `windows` means the same in PowerShell and, if it has no `;`, in cmd. */
export type Shell = 'posix' | 'windows';

/** Chosen by the path of a model in the hive's catalog; without one, most hives run on Linux or macOS. */
export const shellOf = (path: string | undefined): Shell =>
  path !== undefined && /^(?:[a-z]:[\\/]|\\\\)/i.test(path) ? 'windows' : 'posix';

/**
 * One word of a command, whatever the text: file names are chosen by strangers, and users paste commands. Undefined if the text cannot be
 * quoted safely, or contains characters that cannot be seen.
 */
export function quote(text: string, shell: Shell): string | undefined {
  if (text === '' || !isPrintable(text)) return undefined;
  if (shell === 'posix') return /^[\w./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  if (/^[\w:./\\-]+$/.test(text)) return text;
  // Between double quotes cmd expands %, PowerShell $ and `. PowerShell also ends the quotes at typographic ones.
  return /["%$`“”„]/.test(text) ? undefined : `"${text}"`;
}
