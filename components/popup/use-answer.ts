import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type InferEvent, infer } from '../../lib/hive/infer.ts';
import { send } from '../../lib/messages/send.ts';

/** What a worker is asked for; a few of them make a word. */
const maxTokens = 512;

export type AnswerEnd = Exclude<InferEvent, { type: 'token' }> | { type: 'stopped' };

/** `end` is absent while it is still coming. */
export type Answer = { text: string; end?: AnswerEnd };

/** Asks the worker at this address. The connection, and with it the worker's work, ends with the view and with the address. */
export function useAnswer(origin: string | undefined, onEnd: (answer: Answer) => void) {
  const [answer, setAnswer] = useState<Answer>();
  const asking = useRef<AbortController>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: when the worker is another one or gone, so is what it was asked.
  useEffect(() => () => asking.current?.abort('lost'), [origin]);

  const ask = async (prompt: string) => {
    if (!origin) return;
    const controller = new AbortController();
    asking.current = controller;
    let text = '';
    let end: AnswerEnd = { type: 'done' };
    setAnswer({ text });
    try {
      for await (const event of infer(origin, prompt, { maxTokens }, controller.signal)) {
        if (event.type !== 'token') {
          end = event;
          break;
        }
        text += event.text;
        setAnswer({ text });
      }
    } catch {
      end = { type: controller.signal.reason === 'stopped' ? 'stopped' : 'lost' };
    }
    setAnswer({ text, end });
    onEnd({ text, end });
    // Not critical: the next look of this view tells as well that the worker is gone.
    if (end.type === 'lost') void send('run/sync', {}).catch(() => {});
  };
  const stop = useCallback(() => asking.current?.abort('stopped'), []);

  return { answer, ask, stop };
}
