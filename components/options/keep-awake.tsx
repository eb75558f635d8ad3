import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { browser } from '../../lib/browser.ts';
import { Switch } from './fields.tsx';

const power: { permissions: 'power'[] } = { permissions: ['power'] };

/** On only where the browser allows it too: settings travel in files, permissions do not. */
export function KeepAwake({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  const [granted, setGranted] = useState<boolean>();
  const [denied, setDenied] = useState(false);
  const [turns, setTurns] = useState(0);
  useEffect(() => {
    void browser.permissions
      .contains(power)
      .then(setGranted)
      .catch(() => setGranted(false));
  }, []);

  /** Asks in the click itself: browsers take a request for a permission only from one. */
  const turn = async (wanted: boolean) => {
    const allowed = !wanted || (await browser.permissions.request(power).catch(() => false));
    setDenied(!allowed);
    if (wanted) setGranted(allowed);
    // A new checkbox: the person's click has turned the old one already.
    if (!allowed) setTurns((count) => count + 1);
    else onChange(wanted);
  };

  const missing = on && granted === false;
  return (
    <Switch
      key={turns}
      label={i18n.t('options.keep_awake')}
      hint={i18n.t('options.keep_awake_hint')}
      checked={on && !missing}
      onChange={turn}
    >
      {(denied || missing) && (
        <p class="notice" data-notice="error" role="alert">
          {denied ? i18n.t('options.keep_awake_denied') : i18n.t('options.keep_awake_missing')}
        </p>
      )}
    </Switch>
  );
}
