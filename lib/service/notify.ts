import { i18n } from '#i18n';
import { browser } from '../browser.ts';
import type { Run } from '../runs/run.ts';
import { nameSubject } from '../words/subject.ts';

const worthTelling: Partial<Record<Run['state'], (name: string) => string>> = {
  running: (name) => i18n.t('notify.running', { name }),
  installed: (name) => i18n.t('notify.installed', { name }),
  failed: (name) => i18n.t('notify.failed', { name }),
};

/** Tells of a run's end once, when it comes to it. */
export async function notify(run: Run, before: Run | undefined): Promise<void> {
  const tell = worthTelling[run.state];
  if (!before || before.state === run.state || !tell) return;
  await browser.notifications.create(run.id, {
    type: 'basic',
    iconUrl: 'icons/128.png',
    title: i18n.t('extension_name'),
    message: tell(nameSubject(run.subject).name),
  });
}
