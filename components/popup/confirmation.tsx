import { useContext } from 'preact/hooks';
import { i18n } from '#i18n';
import {
  type Confirmation,
  clearConfirmation,
  confirmationKey,
  parseConfirmation,
  readConfirmation,
} from '../../lib/confirmation.ts';
import { nameSubject } from '../../lib/i18n/subject-texts.ts';
import type { Start } from '../../lib/messages/contract.ts';
import { parseSubject } from '../../lib/subject.ts';
import { useHiveName } from '../hive/hive-names.ts';
import { Button } from '../ui/button.tsx';
import { followStorage, type Live, useLive } from '../ui/live.ts';
import { RequestError } from '../ui/request-error.tsx';
import { ShowRun } from '../ui/show-run.ts';
import { useFocus } from '../ui/use-focus.ts';
import { useGuard } from '../ui/use-guard.ts';
import { useRequest } from '../ui/use-request.ts';

/** The open question. */
export const followConfirmation = (): Promise<Live<Confirmation | undefined>> =>
  followStorage('session', readConfirmation, (asked, changes) =>
    confirmationKey in changes ? parseConfirmation(changes[confirmationKey]?.newValue, Date.now()) : asked,
  );

/** Asks whether a click in a page was meant, if the page could not verify that its button was visible and at rest. */
export function ConfirmationRequest({ confirmation }: { confirmation: Live<Confirmation | undefined> }) {
  const asked = useLive(confirmation);
  return asked ? <Question key={asked.at} request={asked.request} /> : null;
}

function Question({ request }: { request: Start }) {
  const { send, busy, error } = useRequest();
  const showRun = useContext(ShowRun);
  // Not on a button: Enter, pressed for the page, must not confirm.
  const heading = useFocus<HTMLHeadingElement>();
  const guarded = useGuard();
  const { name } = nameSubject(request.subject);

  const run = async () => {
    const reply = await send('run/start', request);
    if (!reply) return;
    showRun(reply.id);
    await clearConfirmation();
  };
  return (
    <section class="confirmation" aria-labelledby="confirmation-title">
      <h2 id="confirmation-title" ref={heading} tabIndex={-1}>
        {isInstallation(request) ? i18n.t('confirm.install_title', { name }) : i18n.t('confirm.run_title', { name })}
      </h2>
      <Facts request={request} />
      <p class="hint">{i18n.t('confirm.why')}</p>
      <div class="actions">
        <Button variant="primary" about={name} disabled={busy || guarded} onClick={run}>
          {isInstallation(request) ? i18n.t('confirm.install') : i18n.t('confirm.run')}
        </Button>
        <Button disabled={busy} onClick={clearConfirmation}>
          {i18n.t('confirm.not_now')}
        </Button>
      </div>
      <RequestError error={error} />
    </section>
  );
}

const isInstallation = ({ subject, withoutModel }: Start): boolean =>
  parseSubject(subject)?.kind === 'worker' && !withoutModel;

function Facts({ request }: { request: Start }) {
  const nameOf = useHiveName();
  const subject = parseSubject(request.subject);
  const { owner, name } = nameSubject(request.subject);
  const file = subject?.kind === 'model' && subject.file;
  const facts: [label: string, value: string | false | undefined][] = [
    [
      subject?.kind === 'model' ? i18n.t('confirm.model') : i18n.t('confirm.worker'),
      subject?.kind === 'model' ? `${owner}${name}` : name,
    ],
    [i18n.t('confirm.repo'), request.repo],
    [i18n.t('offer.file'), file],
    [
      i18n.t('offer.hive'),
      request.hive === 'best-fit' ? i18n.t('hive.best_fit') : request.hive && nameOf(request.hive),
    ],
    [i18n.t('backend.label'), request.backend && i18n.t(`backend.${request.backend}`)],
  ];
  return (
    <dl>
      {facts.map(
        ([label, value]) =>
          value && (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}
