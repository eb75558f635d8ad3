import type { ErrorCode } from '../errors.ts';

/** `exists`: what was asked for is there already, which the hive calls an error and a person calls success. */
type Verdict = ErrorCode | 'exists' | 'cancelled';

type StepName = 'resolve' | 'download' | 'install' | 'spawn';

type Rule = { says: RegExp; means: Verdict; in?: StepName };

/**
 * The hive's own texts after `[ERROR]` (rbee-keeper/rbee 0509312f, 2025-11-14; hf-hub 0.4 wording), first match wins.
 * It names only the outermost error, so some texts cover several causes.
 */
const rules: Rule[] = [
  { says: /^Model '.*' already exists$/s, means: 'exists', in: 'download' },
  { says: /^Artifact '.*' already exists in catalog$/s, means: 'exists' },
  {
    says: /^(?:Download cancelled|Copy cancelled by user|Installation cancelled|Build cancelled)\b/,
    means: 'cancelled',
  },
  { says: /^Failed to parse operation: /, means: 'hive-rejected' },
  { says: /^Job not found in registry$/, means: 'job-lost' },

  { says: /^Model ID '.*' is not supported by HuggingFace vendor$/s, means: 'unsupported-source' },
  { says: /^Could not find GGUF file in repository /, means: 'no-gguf' },
  { says: /Lock acquisition failed/, means: 'download-locked' },
  { says: /status code 40[13]\b/, means: 'gated', in: 'download' },
  { says: /status code 404\b/, means: 'file-missing', in: 'download' },
  { says: /^HuggingFace download failed: request error: /, means: 'network' },
  // The hub's connection broke in the middle of the file, which the library reports as an error of input and output.
  {
    says: /I\/O error .*(?:connection|timed out|broken pipe|unreachable|end of file|eof)/i,
    means: 'network',
    in: 'download',
  },
  { says: /Invalid part file|I\/O error|\(os error \d+\)|No space left on device/, means: 'disk', in: 'download' },

  { says: /^Worker binary not found for \w+\./, means: 'worker-missing' },
  { says: /^No ports available/, means: 'no-ports' },
  { says: /^Binary '.*' not found locally\./, means: 'spawn-binary' },
  { says: /^Failed to spawn monitored daemon/, means: 'spawn-binary' },
  { says: /^Start daemon timed out/, means: 'spawn-timeout' },
  { says: /^Daemon started but failed health check/, means: 'spawn-timeout' },

  { says: /not supported by rbee-hive/, means: 'hive-rejected' },
  { says: /^/, means: 'worker-install', in: 'install' },
];

/** What a hive's `[ERROR]` text means in this step. A text nobody knows is `hive-rejected`, and is shown. */
export function readFailure(step: StepName, text: string): Verdict {
  return rules.find((rule) => (!rule.in || rule.in === step) && rule.says.test(text))?.means ?? 'hive-rejected';
}
