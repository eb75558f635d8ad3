import { useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { browser } from '../../lib/browser.ts';
import { Switch } from './fields.tsx';

/** Asks for the permission in the click itself: browsers take such a request only from one. */
export function KeepAwake({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  const [denied, setDenied] = useState(false);
  const [turns, setTurns] = useState(0);

  const turn = async (wanted: boolean) => {
    const allowed = !wanted || (await browser.permissions.request({ permissions: ['power'] }).catch(() => false));
    setDenied(!allowed);
    // A new checkbox: the person's click has turned the old one already.
    if (!allowed) setTurns((count) => count + 1);
    else onChange(wanted);
  };

  return (
    <Switch
      key={turns}
      label={i18n.t('options.keep_awake')}
      hint={i18n.t('options.keep_awake_hint')}
      checked={on}
      onChange={turn}
    >
      {denied && (
        <p class="notice" data-notice="error" role="alert">
          {i18n.t('options.keep_awake_denied')}
        </p>
      )}
    </Switch>
  );
}
