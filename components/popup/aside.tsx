import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { Button } from '../ui/button.tsx';
import { watchAside } from './watch-runs.ts';

const dismissedKey = 'aside-dismissed';

/** How many stored runs could not be read. They stay where they are; what is dismissed is only the word of them. */
export function Aside({ initial }: { initial: string[] }) {
  const [keys, setKeys] = useState(initial);
  const [dismissed, setDismissed] = useState(() => localStorage.getItem(dismissedKey)?.split('\n') ?? []);
  useEffect(() => {
    const controller = new AbortController();
    void watchAside(setKeys, controller.signal);
    return () => controller.abort();
  }, []);
  const count = keys.filter((key) => !dismissed.includes(key)).length;
  const dismiss = () => {
    localStorage.setItem(dismissedKey, keys.join('\n'));
    setDismissed(keys);
    // The button that was pressed goes with what it did.
    document.getElementById('runs-title')?.focus();
  };
  if (count === 0) return null;
  return (
    <div class="notice" data-notice="aside">
      <p>{i18n.t('app.aside', count, { n: count })}</p>
      <div class="actions">
        <Button look="quiet" onClick={dismiss}>
          {i18n.t('run.dismiss')}
        </Button>
      </div>
    </div>
  );
}
