import { RbeeError } from '../errors.ts';

type Bucket = {
  tokens: number;
  at: number;
  waiting?: { timer: ReturnType<typeof setTimeout>; reject(error: Error): void };
};

const maxBuckets = 200;

/**
 * A token bucket for each tab: `burst` requests at once, then one every `everyMs`. A request without a token waits for the next one,
 * unless a newer one of the same tab takes its place: what a page no longer shows is not worth a request. Scripts of a page can make our
 * content script ask as often as they like.
 */
export function createRateLimit({ burst, everyMs }: { burst: number; everyMs: number }, now: () => number = Date.now) {
  const buckets = new Map<number, Bucket>();

  function refilled(tabId: number): Bucket {
    const bucket = buckets.get(tabId) ?? { tokens: burst, at: now() };
    const elapsed = Math.max(0, now() - bucket.at);
    bucket.tokens = Math.min(burst, bucket.tokens + elapsed / everyMs);
    bucket.at = now();
    buckets.delete(tabId);
    buckets.set(tabId, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > maxBuckets && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  }

  return {
    /** Takes a token if there is one. */
    tryTake(tabId: number): boolean {
      const bucket = refilled(tabId);
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },

    /** Resolves when the tab has a token. Rejects with `message-rejected` if a newer request of the tab came meanwhile. */
    async take(tabId: number): Promise<void> {
      const bucket = refilled(tabId);
      if (bucket.waiting) {
        clearTimeout(bucket.waiting.timer);
        bucket.waiting.reject(new RbeeError('message-rejected', 'Overtaken by a newer request.'));
        delete bucket.waiting;
      }
      bucket.tokens -= 1;
      if (bucket.tokens >= 0) return;
      const wait = -bucket.tokens * everyMs;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          delete bucket.waiting;
          resolve();
        }, wait);
        // The token that it waits for goes back with it.
        bucket.waiting = {
          timer,
          reject: (error) => {
            bucket.tokens += 1;
            reject(error);
          },
        };
      });
    },
  };
}
