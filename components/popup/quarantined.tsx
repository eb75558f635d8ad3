import { useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { Button } from '../ui/button.tsx';

const dismissedKey = 'quarantined-dismissed';

/** How many stored runs were set aside. Dismissing hides this notice; the records stay, and the diagnostics file lists their keys. */
export function Quarantined({ keys }: { keys: string[] }) {
  const [dismissed, setDismissed] = useState(() => localStorage.getItem(dismissedKey)?.split('\n') ?? []);
  const count = keys.filter((key) => !dismissed.includes(key)).length;
  const dismiss = () => {
    localStorage.setItem(dismissedKey, keys.join('\n'));
    setDismissed(keys);
  };
  if (count === 0) return null;
  return (
    <div class="notice" data-notice="quarantined">
      <p>{i18n.t('popup.quarantined', { n: count })}</p>
      <div class="actions">
        <Button variant="quiet" onClick={dismiss}>
          {i18n.t('run.dismiss')}
        </Button>
      </div>
    </div>
  );
}
