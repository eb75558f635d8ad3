import { shape, text } from '../checks.ts';

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isJobReply = shape({ job_id: text });

/** The job's id. The reply's `sse_url` is not read: an address that a server names is not one to go to. */
export function readJobId(body: unknown): string | undefined {
  return isJobReply(body) && /^[\w-]{1,100}$/.test(body.job_id) ? body.job_id : undefined;
}
