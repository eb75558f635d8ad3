import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { useAnnounce } from './announce.tsx';
import { Button } from './button.tsx';

type Props = {
  text: string;
  label: string;
  /** What it belongs to, appended to the accessible name. */
  about?: string | undefined;
  variant?: 'primary' | 'plain' | 'quiet';
};

export function CopyButton({ text, label, about, variant = 'plain' }: Props) {
  const [result, setResult] = useState<'copied' | 'failed'>();
  const announce = useAnnounce();

  useEffect(() => {
    if (result !== 'copied') return;
    const timer = setTimeout(() => setResult(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [result]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setResult('copied');
      announce('copy', i18n.t('copy.copied'));
    } catch {
      setResult('failed');
      announce('copy', i18n.t('copy.failed'));
    }
  };

  return (
    <>
      <Button
        variant={variant}
        label={result === 'copied' ? i18n.t('copy.copied') : label}
        about={about}
        onClick={copy}
      >
        <span class="stack">
          <span data-shown={result !== 'copied'}>{label}</span>
          <span data-shown={result === 'copied'}>{i18n.t('copy.copied')}</span>
        </span>
      </Button>
      {result === 'failed' && <span class="hint">{i18n.t('copy.failed')}</span>}
    </>
  );
}

type CommandProps = { text: string; about?: string; variant?: 'primary' | 'plain' };

/** A shell command with a button that copies it. */
export function Command({ text, about, variant = 'plain' }: CommandProps) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} label={i18n.t('copy.command')} about={about} variant={variant} />
    </div>
  );
}
