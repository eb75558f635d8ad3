import * as z from 'zod/mini';
import { infer } from '../hive/infer.ts';
import { readCaller } from '../messages/receive.ts';
import { type TryItEvent, tryItPort } from '../messages/try-it.ts';
import type { Store } from '../runs/store.ts';

const Ask = z.strictObject({
  id: z.string().check(z.minLength(1), z.maxLength(64)),
  prompt: z.string().check(z.minLength(1), z.maxLength(20_000)),
});

/** What is used of a `runtime.Port`. */
type Port = {
  name: string;
  sender?: Parameters<typeof readCaller>[0] | undefined;
  postMessage(message: TryItEvent): void;
  disconnect(): void;
  onMessage: { addListener(listener: (message: unknown) => void): void };
  onDisconnect: { addListener(listener: () => void): void };
};

type Deps = { store: Store; ours: Parameters<typeof readCaller>[1]; hold(): () => void };

/**
 * Lets a view ask the worker of a running run, and passes its words on as they come. One question a port; closing the port
 * ends the answer. The address is the run's own, never the view's.
 */
export function createTryIt({ store, ours, hold }: Deps): (port: Port) => void {
  return (port) => {
    if (port.name !== tryItPort || readCaller(port.sender ?? {}, ours) !== 'view') return;
    const stop = new AbortController();
    port.onDisconnect.addListener(() => stop.abort());
    port.onMessage.addListener((message) => {
      const ask = z.safeParse(Ask, message);
      if (!ask.success) return port.disconnect();
      void answer(ask.data.id, ask.data.prompt);
    });

    async function answer(id: string, prompt: string): Promise<void> {
      await store.ready;
      const run = store.get(id);
      if (run?.state !== 'running' || !run.worker) return tell({ type: 'lost' });
      const release = hold();
      try {
        for await (const event of infer(run.worker.address, prompt, { maxTokens: 256 }, stop.signal)) tell(event);
      } catch {
        // The view closed the port, and with it the question.
      } finally {
        release();
      }
    }

    function tell(event: TryItEvent): void {
      if (!stop.signal.aborted) port.postMessage(event);
    }
  };
}
