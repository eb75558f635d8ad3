import { i18n } from '#i18n';
import { browser } from '../browser.ts';
import type { Run } from '../runs/run.ts';
import type { Settings } from '../settings/settings.ts';
import { repositoryOf } from '../subject.ts';

type Announced = 'running' | 'installed' | 'failed' | 'choose';

/** The setting that turns on the notification of each state. */
const settingOf: Record<Announced, 'notifyFinished' | 'notifyFailed'> = {
  running: 'notifyFinished',
  installed: 'notifyFinished',
  failed: 'notifyFailed',
  choose: 'notifyFailed',
};

/** Shows a notification when a run has finished, has failed or needs the user, once for each of these changes. */
export async function notify(run: Run, before: Run | undefined, settings: Settings): Promise<void> {
  const state = run.state as Announced;
  if (!before || before.state === state || !settings[settingOf[state]]) return;
  // Without the owner of a repository, and without `worker:`.
  const name = (repositoryOf(run.subject) ?? run.subject).replace(/^.*[/:]/, '');
  await browser.notifications.create(run.id, {
    type: 'basic',
    iconUrl: 'icons/128.png',
    title: i18n.t('extension_name'),
    message: i18n.t(`notify.${state}`, { name }),
  });
}
