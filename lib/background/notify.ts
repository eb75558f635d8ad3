import { browser } from '../browser.ts';
import { say } from '../i18n/say.ts';
import type { Run } from '../runs/run.ts';
import { parseSubject } from '../subject.ts';

const worthTelling = { running: 'notify.running', installed: 'notify.installed', failed: 'notify.failed' } as const;

/** Tells of a run's end once, when it comes to it. */
export async function notify(run: Run, before: Run | undefined): Promise<void> {
  const key = worthTelling[run.state as keyof typeof worthTelling];
  if (!before || before.state === run.state || !key) return;
  const subject = parseSubject(run.subject);
  const name = subject?.kind === 'model' ? subject.repo.replace(/^.*\//, '') : run.subject.replace(/^worker:/, '');
  await browser.notifications.create(run.id, {
    type: 'basic',
    iconUrl: 'icons/128.png',
    title: say(['extension_name']),
    message: say([key, { name }]),
  });
}
