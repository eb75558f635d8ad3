import type { ErrorCode } from '../errors.ts';

/** `exists`: the model or worker is already there, which the hive reports as an error. */
type FailureMeaning = ErrorCode | 'exists' | 'cancelled';

type StepName = 'resolve' | 'download' | 'install' | 'spawn';

type FailurePattern = { says: RegExp; means: FailureMeaning; in?: StepName };

/**
 * The texts of a hive after `[ERROR]` (rbee-keeper/rbee 0509312f, 2025-11-14, with hf-hub 0.4 and ureq 2; recorded on
 * 2026-11-29). The first match wins. A hive reports only the outermost error, so some texts have several causes.
 */
const rules: FailurePattern[] = [
  { says: /^Model '.*' already exists$/s, means: 'exists', in: 'download' },
  { says: /^Artifact '.*' already exists in catalog$/s, means: 'exists' },
  {
    says: /^(?:Download cancelled|Copy cancelled by user|Installation cancelled|Build cancelled)\b/,
    means: 'cancelled',
  },
  { says: /^Failed to parse operation: /, means: 'hive-rejected' },
  { says: /^Job not found in registry$/, means: 'job-lost' },
  // From the worker itself, if a hive passes on what it printed.
  { says: /Unsupported quantized architecture|Missing tokenizer\.ggml\.scores/, means: 'model-unsupported' },

  { says: /^Model ID '.*' is not supported by HuggingFace vendor$/s, means: 'unsupported-source' },
  { says: /^Could not find GGUF file in repository /, means: 'no-gguf' },
  { says: /Lock acquisition failed/, means: 'download-locked' },
  { says: /status code 40[13]\b/, means: 'gated', in: 'download' },
  { says: /status code 4(?:04|10)\b/, means: 'file-missing', in: 'download' },
  { says: /status code 416\b|Invalid part file/, means: 'partial-file', in: 'download' },
  { says: /status code (?:429|5\d\d)\b/, means: 'hub-busy', in: 'download' },
  // Name resolution, certificates, proxies, redirects and refused or broken connections.
  { says: /^HuggingFace download failed: request error: /, means: 'network' },
  // hf-hub reports a connection that broke in mid-file as an I/O error. Without such detail it is an error of the disk.
  {
    says: /I\/O error .*(?:body closed|connection|timed out|broken pipe|unreachable|no route|end of file|eof|close_notify)/i,
    means: 'network',
    in: 'download',
  },
  { says: /I\/O error|\(os error \d+\)|No space left on device/, means: 'disk', in: 'download' },

  { says: /^Worker binary not found for \w+\./, means: 'worker-missing' },
  { says: /^No ports available/, means: 'no-ports' },
  { says: /^Binary '.*' not found locally\./, means: 'spawn-binary' },
  // On Linux a hive reports this although the process is running.
  { says: /^Failed to spawn monitored daemon/, means: 'spawn-unproven' },
  { says: /^Start daemon timed out/, means: 'spawn-timeout' },
  { says: /^Daemon started but failed health check/, means: 'spawn-timeout' },

  { says: /not supported by rbee-hive/, means: 'hive-rejected' },
  { says: /^/, means: 'worker-install', in: 'install' },
];

/**
 * What a hive's `[ERROR]` text means in this step. An unknown text is `hive-rejected`, and is shown to the user. In the step `spawn`,
 * `spawn-unproven` and `spawn-timeout` do not prove that no worker is running.
 *
 * The hub answers 401 or 403 for gated, private and missing repositories alike. Only its own listing tells them apart: `gated` is what the
 * listing says, undefined if it could not be read.
 */
export function readFailure(step: StepName, text: string, gated?: boolean): FailureMeaning {
  const means = rules.find((rule) => (!rule.in || rule.in === step) && rule.says.test(text))?.means ?? 'hive-rejected';
  return means === 'gated' && gated === false ? 'private-or-missing' : means;
}
