import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { browser } from '../../lib/browser.ts';
import { Switch } from './fields.tsx';

const power: { permissions: 'power'[] } = { permissions: ['power'] };

type Props = { on: boolean; onChange: (on: boolean) => Promise<boolean> };

/** On only while the permission is granted too: a settings file carries the setting, not the permission. */
export function KeepAwake({ on, onChange }: Props) {
  const [granted, setGranted] = useState<boolean>();
  const [denied, setDenied] = useState(false);
  /** What the click asked for, until it is stored or denied. */
  const [requested, setRequested] = useState<boolean>();
  useEffect(() => {
    void browser.permissions
      .contains(power)
      .catch(() => false)
      .then(setGranted);
  }, []);

  /** Requests the permission synchronously: browsers require a user gesture. */
  const turn = async (wanted: boolean) => {
    setRequested(wanted);
    const allowed = !wanted || (await browser.permissions.request(power).catch(() => false));
    if (allowed) await onChange(wanted);
    if (wanted) setGranted(allowed);
    setDenied(!allowed);
    setRequested(undefined);
  };

  const missing = on && granted === false;
  return (
    <Switch
      label={i18n.t('options.keep_awake')}
      hint={i18n.t('options.keep_awake_hint')}
      checked={requested ?? (on && !missing)}
      onChange={turn}
    >
      {requested === undefined && (denied || missing) && (
        <p class="notice" data-notice="error" role="alert">
          {denied ? i18n.t('options.keep_awake_denied') : i18n.t('options.keep_awake_missing')}
        </p>
      )}
    </Switch>
  );
}
