/**
 * Every way a run or a request can fail. Each has words and a next step in `lib/locales`, and is derived from the wire in
 * one place, `lib/runs/failure.ts`.
 */
export const errorCodes = [
  'hive-unreachable',
  'not-a-hive',
  'hive-rejected',
  'hive-protocol',
  'no-gguf',
  'file-missing',
  'gated',
  'download-locked',
  'disk',
  'network',
  'worker-missing',
  'worker-install',
  'spawn-binary',
  'spawn-timeout',
  'spawn-unproven',
  'no-ports',
  'unsupported-source',
  'job-lost',
  'cancelled-by-hive',
  'message-rejected',
  'permission-missing',
  'storage',
  'extension-updated',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** `message` is for logs and "Details"; what a person reads first comes from the code. */
export class RbeeError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RbeeError';
    this.code = code;
  }
}
