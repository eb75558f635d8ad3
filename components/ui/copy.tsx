import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { useAnnounce } from './announce.tsx';
import { Button } from './button.tsx';

type Props = { text: string | (() => string); label: string; look?: 'primary' | 'plain' | 'quiet' };

export function CopyButton({ text, label, look = 'plain' }: Props) {
  const [result, setResult] = useState<'copied' | 'failed'>();
  const announce = useAnnounce();

  useEffect(() => {
    if (result !== 'copied') return;
    const timer = setTimeout(() => setResult(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [result]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setResult('copied');
      announce('copy', i18n.t('copy.copied'));
    } catch {
      setResult('failed');
      announce('copy', i18n.t('copy.failed'));
    }
  };

  return (
    <>
      <Button look={look} onClick={copy}>
        <span class="stack">
          <span data-shown={result !== 'copied'}>{label}</span>
          <span data-shown={result === 'copied'} aria-hidden={result !== 'copied'}>
            {i18n.t('copy.copied')}
          </span>
        </span>
      </Button>
      {result === 'failed' && <span class="hint">{i18n.t('copy.failed')}</span>}
    </>
  );
}

/** Something to type elsewhere, and the button that copies it. */
export function Command({ text, look = 'plain' }: { text: string; look?: 'primary' | 'plain' }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} label={i18n.t('copy.command')} look={look} />
    </div>
  );
}
