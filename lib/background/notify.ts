import { i18n } from '#i18n';
import { browser } from '../browser.ts';
import type { Run, RunState } from '../runs/run.ts';
import { parseSubject } from '../subject.ts';

const texts: Partial<Record<RunState, (name: string) => string>> = {
  running: (name) => i18n.t('notify.running', { name }),
  installed: (name) => i18n.t('notify.installed', { name }),
  failed: (name) => i18n.t('notify.failed', { name }),
};

/** Tells of a run's end once, when it comes to it. */
export async function notify(run: Run, before: Run | undefined): Promise<void> {
  const text = texts[run.state];
  if (!before || before.state === run.state || !text) return;
  const subject = parseSubject(run.subject);
  const name = subject?.kind === 'model' ? subject.repo.replace(/^.*\//, '') : run.subject.replace(/^worker:/, '');
  await browser.notifications.create(run.id, {
    type: 'basic',
    iconUrl: 'icons/128.png',
    title: i18n.t('extension_name'),
    message: text(name),
  });
}
