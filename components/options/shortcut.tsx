import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { browser } from '../../lib/browser.ts';

/** The keyboard shortcut that opens the popup, as the browser has it: users can change it there. */
export function Shortcut() {
  const [keys, setKeys] = useState<string>();
  useEffect(() => {
    void browser.commands
      .getAll()
      .then((commands) => setKeys(commands.find(({ name }) => name === '_execute_action')?.shortcut ?? ''));
  }, []);
  if (keys === undefined) return null;
  return <p class="hint">{keys ? i18n.t('options.shortcut', { keys }) : i18n.t('options.shortcut_unset')}</p>;
}
