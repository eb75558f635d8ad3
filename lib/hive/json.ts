import * as z from 'zod/mini';

/** The value, or undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const JobReply = z.object({ job_id: z.string().check(z.refine((id) => /^[\w-]{1,100}$/.test(id))) });

/** The job's id. The reply's `sse_url` is ignored, so that a server cannot choose an address. */
export function readJobId(body: unknown): string | undefined {
  return z.safeParse(JobReply, body).data?.job_id;
}
