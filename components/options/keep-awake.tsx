import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { browser } from '../../lib/browser.ts';
import { Switch } from './fields.tsx';

const power: { permissions: 'power'[] } = { permissions: ['power'] };

type Props = { on: boolean; onChange: (on: boolean) => Promise<boolean> };

/** On only where the browser allows it too: settings travel in files, permissions do not. */
export function KeepAwake({ on, onChange }: Props) {
  const [granted, setGranted] = useState<boolean>();
  const [denied, setDenied] = useState(false);
  /** What the person's click has turned it to, until that is stored or refused. */
  const [turned, setTurned] = useState<boolean>();
  useEffect(() => {
    void browser.permissions
      .contains(power)
      .catch(() => false)
      .then(setGranted);
  }, []);

  /** Asks in the click itself: browsers take a request for a permission only from one. */
  const turn = async (wanted: boolean) => {
    setTurned(wanted);
    const allowed = !wanted || (await browser.permissions.request(power).catch(() => false));
    if (allowed) await onChange(wanted);
    if (wanted) setGranted(allowed);
    setDenied(!allowed);
    setTurned(undefined);
  };

  const missing = on && granted === false;
  return (
    <Switch
      label={i18n.t('options.keep_awake')}
      hint={i18n.t('options.keep_awake_hint')}
      checked={turned ?? (on && !missing)}
      onChange={turn}
    >
      {turned === undefined && (denied || missing) && (
        <p class="notice" data-notice="error" role="alert">
          {denied ? i18n.t('options.keep_awake_denied') : i18n.t('options.keep_awake_missing')}
        </p>
      )}
    </Switch>
  );
}
