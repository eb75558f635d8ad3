/**
 * Every way a run or a request can fail. `lib/i18n` has the texts and the next step of each code;
 * `lib/hive/failures.ts` derives codes from the texts of a hive.
 */
export const errorCodes = [
  'hive-unreachable',
  'not-a-hive',
  'hive-rejected',
  'hive-protocol',
  'no-gguf',
  'file-missing',
  'gated',
  'private-or-missing',
  'repo-disabled',
  'partial-file',
  'download-locked',
  'disk',
  'network',
  'hub-busy',
  'hub-protocol',
  'worker-missing',
  'worker-install',
  'spawn-binary',
  'spawn-timeout',
  'spawn-unproven',
  'no-ports',
  'model-unsupported',
  'unsupported-source',
  'job-lost',
  'cancelled-by-hive',
  'message-rejected',
  'not-deleted',
  'not-stopped',
  'permission-missing',
  'storage',
  'internal',
  'extension-updated',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** `message` is for logs and "Details"; the text users read first is looked up by `code`. */
export class RbeeError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RbeeError';
    this.code = code;
  }
}
