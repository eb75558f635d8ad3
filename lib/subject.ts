import { isFilePath } from './printable.ts';

/**
 * What a page offers, as one line of text: `hf:org/name`, `hf:org/name:dir/file.gguf`, `worker:llm-worker-rbee`,
 * `civitai:4384`. The text form is what pages, messages and stored runs carry (`data-subject`).
 */
export type Subject =
  | { kind: 'model'; repo: string; file?: string }
  | { kind: 'worker'; id: string }
  | { kind: 'civitai'; id: number };

// The hub's own rule for names: letters, digits, `-`, `_`, `.`; no leading or trailing `.` or `-`; at most 96 characters.
const repoPattern = /^\w(?:[\w.-]{0,94}\w)?\/\w(?:[\w.-]{0,94}\w)?$/;
// Ids the worker catalog accepts (rbee-keeper/rbee 0509312f, 2025-11-14).
const workerPattern = /^[a-z0-9-]{1,100}$/;

/** The repository id as the hub spells it (`org/name`), or undefined where the text is not one. Never guesses. */
export function parseRepo(text: string | null | undefined): string | undefined {
  const repo = text?.trim();
  return repo && repoPattern.test(repo) && !repo.includes('..') ? repo : undefined;
}

/** The catalog's worker id, or undefined. The two-word ids of 2025-11-05 (`cpu-llm`) mean `llm-worker-rbee-cpu`. */
export function parseWorkerId(text: string | null | undefined): string | undefined {
  const old = /^(cpu|cuda|metal|rocm)-llm$/.exec(text ?? '');
  const id = old ? `llm-worker-rbee-${old[1]}` : text;
  return id && workerPattern.test(id) ? id : undefined;
}

/** The subject that a text stands for, or undefined. Accepts exactly what `formatSubject` writes, and `cpu-llm` ids. */
export function parseSubject(text: string): Subject | undefined {
  const [scheme, rest] = splitOnce(text, ':');
  if (scheme === 'hf') {
    const [name, file] = splitOnce(rest, ':');
    const repo = parseRepo(name);
    if (!repo || repo !== name) return undefined;
    if (file === '') return rest.endsWith(':') ? undefined : { kind: 'model', repo };
    return isFilePath(file) ? { kind: 'model', repo, file } : undefined;
  }
  if (scheme === 'worker') {
    const id = parseWorkerId(rest);
    return id ? { kind: 'worker', id } : undefined;
  }
  if (scheme === 'civitai' && /^[1-9]\d{0,14}$/.test(rest)) return { kind: 'civitai', id: Number(rest) };
  return undefined;
}

/** The repository of a model; undefined for any other subject. */
export function repositoryOf(subject: string): string | undefined {
  const parsed = parseSubject(subject);
  return parsed?.kind === 'model' ? parsed.repo : undefined;
}

/** The inverse of `parseSubject`. */
export function formatSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'model':
      return `hf:${subject.repo}${subject.file ? `:${subject.file}` : ''}`;
    case 'worker':
      return `worker:${subject.id}`;
    case 'civitai':
      return `civitai:${subject.id}`;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
