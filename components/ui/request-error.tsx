import { i18n } from '#i18n';
import type { ErrorCode, RbeeError } from '../../lib/errors.ts';
import { errorTitle } from '../../lib/i18n/error-titles.ts';
import { toSentence } from '../../lib/i18n/language.ts';

/** Details after the title of these codes. */
const details: Partial<Record<ErrorCode, (message: string) => string>> = {
  'hive-rejected': (text) => i18n.t('error.log_line', { text }),
  'hive-unreachable': () => i18n.t('hive.offline_detail'),
  'message-rejected': () => i18n.t('error.message_rejected.description'),
  'not-deleted': () => i18n.t('error.not_deleted.description'),
  'not-stopped': () => i18n.t('error.not_stopped.description'),
  internal: () => i18n.t('error.internal.description'),
};

/** Shows next to a control why its request failed. */
export function RequestError({ error }: { error: RbeeError | undefined }) {
  if (!error) return null;
  return (
    <p class="notice" data-notice="error" role="alert">
      <b>{toSentence(errorTitle(error.code))}</b> {details[error.code]?.(error.message)}
    </p>
  );
}
