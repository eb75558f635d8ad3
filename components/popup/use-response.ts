import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type InferEvent, infer } from '../../lib/hive/infer.ts';
import { send } from '../../lib/messages/send.ts';

/** The longest response, in tokens. */
const maxTokens = 512;

export type ResponseEnd = Exclude<InferEvent, { type: 'token' }> | { type: 'stopped' };

/** `end` is absent while it streams. */
export type ModelResponse = { text: string; end?: ResponseEnd };

/** Sends prompts to the worker at this address. The request, and with it the worker's work, ends when the view or the address goes. */
export function useResponse(origin: string | undefined, onEnd: (response: ModelResponse) => void) {
  const [response, setResponse] = useState<ModelResponse>();
  const request = useRef<AbortController>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: aborts the request when the worker changes.
  useEffect(() => () => request.current?.abort('lost'), [origin]);

  const ask = async (prompt: string) => {
    if (!origin) return;
    const controller = new AbortController();
    request.current = controller;
    let text = '';
    let end: ResponseEnd = { type: 'done' };
    setResponse({ text });
    try {
      for await (const event of infer(origin, prompt, { maxTokens }, controller.signal)) {
        if (event.type !== 'token') {
          end = event;
          break;
        }
        text += event.text;
        setResponse({ text });
      }
    } catch {
      end = { type: controller.signal.reason === 'stopped' ? 'stopped' : 'lost' };
    }
    setResponse({ text, end });
    onEnd({ text, end });
    // Not critical: the next regular request finds out as well.
    if (end.type === 'lost') void send('run/sync', {}).catch(() => {});
  };
  const stop = useCallback(() => request.current?.abort('stopped'), []);

  return { response, ask, stop };
}
