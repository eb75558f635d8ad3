import { useId, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { clean } from '../../lib/hive/events.ts';
import { maxAnswer } from '../../lib/hive/infer.ts';
import type { Run } from '../../lib/runs/run.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { useScrollToEnd } from '../ui/use-scroll-to-end.ts';
import { promptOrigin } from './prompt-origin.ts';
import { type ModelResponse, type ResponseEnd, useResponse } from './use-response.ts';

/** Sends a prompt to the running worker and shows the response as it streams in. Both stay visible after the worker has stopped. */
export function RunPrompt({ run, name }: { run: Run; name: string }) {
  const origin = promptOrigin(run);
  const announce = useAnnounce();
  const [prompt, setPrompt] = useState('');
  const { response, ask, stop } = useResponse(origin, (ended) => announce(`try ${run.id}`, describeEnd(ended)));
  const id = useId();
  const busy = response !== undefined && response.end === undefined;
  const ready = origin !== undefined && prompt.trim() !== '';
  if (!origin && !response) return null;

  const send = () => {
    if (ready && !busy) void ask(prompt);
  };
  return (
    <Disclosure title={i18n.t('try.title')} about={name}>
      <div class="prompt">
        <label for={id}>{i18n.t('try.prompt')}</label>
        <textarea
          id={id}
          rows={2}
          maxLength={8_000}
          value={prompt}
          aria-describedby={`${id}-keys`}
          onInput={({ currentTarget }) => setPrompt(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <div class="pair">
          <p id={`${id}-keys`} class="hint">
            {origin ? i18n.t('try.keyboard') : i18n.t('try.worker_stopped')}
          </p>
          <Button
            action={busy ? 'stop' : 'send'}
            variant={busy ? 'plain' : 'primary'}
            disabled={!busy && !ready}
            onClick={busy ? stop : send}
          >
            {busy ? i18n.t('try.stop') : i18n.t('try.send')}
          </Button>
        </div>
        {response && <ResponseText response={response} name={name} />}
      </div>
    </Disclosure>
  );
}

function ResponseText({ response, name }: { response: ModelResponse; name: string }) {
  const { text, end } = response;
  const tail = useScrollToEnd(text);
  const outcome = describeEnd(response);
  return (
    <>
      {text !== '' && (
        <div
          {...tail}
          class="response"
          role="log"
          // Only completion is announced: announcing every token would be unusable.
          aria-live="off"
          aria-busy={end === undefined}
          aria-label={i18n.t('try.answer', { name })}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it.
          tabIndex={0}
        >
          {clean(text, maxAnswer)}
        </div>
      )}
      {!end && text === '' && <p class="hint">{i18n.t('try.waiting')}</p>}
      {end && !(end.type === 'done' && text !== '') && (
        <p class={isNoError(end) ? 'hint' : 'notice'} data-notice={end.type === 'done' ? undefined : 'error'}>
          {outcome}
        </p>
      )}
    </>
  );
}

const isNoError = ({ type }: ResponseEnd): boolean => type === 'stopped' || type === 'cut';

function describeEnd({ text, end }: ModelResponse): string {
  switch (end?.type) {
    case 'done':
      return text === '' ? i18n.t('try.empty') : i18n.t('try.complete');
    case 'cut':
      return i18n.t('try.cut');
    case 'stopped':
      return i18n.t('try.stopped');
    case 'locked':
      return i18n.t('try.token_required');
    case 'error':
      return i18n.t('try.error', { text: end.message });
    case 'lost':
      return text === '' ? i18n.t('try.unreachable') : i18n.t('try.interrupted');
    default:
      return '';
  }
}
