import { i18n } from '#i18n';
import { browser } from '../browser.ts';
import type { Run, RunState } from '../runs/run.ts';
import type { Settings } from '../settings/settings.ts';
import { repositoryOf } from '../subject.ts';

type Notice = { setting: 'notifyFinished' | 'notifyFailed'; text: (name: string) => string };

const notices: Partial<Record<RunState, Notice>> = {
  running: { setting: 'notifyFinished', text: (name) => i18n.t('notify.running', { name }) },
  installed: { setting: 'notifyFinished', text: (name) => i18n.t('notify.installed', { name }) },
  failed: { setting: 'notifyFailed', text: (name) => i18n.t('notify.failed', { name }) },
  choose: { setting: 'notifyFailed', text: (name) => i18n.t('notify.choose', { name }) },
};

/** Shows a notification when a run has finished, has failed or needs the user, once for each of these changes. */
export async function notify(run: Run, before: Run | undefined, settings: Settings): Promise<void> {
  const notice = notices[run.state];
  if (!before || before.state === run.state || !notice || !settings[notice.setting]) return;
  // Without the owner of a repository, and without `worker:`.
  const name = (repositoryOf(run.subject) ?? run.subject).replace(/^.*[/:]/, '');
  await browser.notifications.create(run.id, {
    type: 'basic',
    iconUrl: 'icons/128.png',
    title: i18n.t('extension_name'),
    message: notice.text(name),
  });
}
