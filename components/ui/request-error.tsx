import { i18n } from '#i18n';
import type { ErrorCode, RbeeError } from '../../lib/errors.ts';
import { errorTitle } from '../../lib/i18n/error-titles.ts';

/** Details after the title of these codes. */
const details: Partial<Record<ErrorCode, (message: string) => string>> = {
  'hive-rejected': (text) => i18n.t('error.hive_rejected.description', { text }),
  'message-rejected': () => i18n.t('error.message_rejected.description'),
};

/** Shows next to a control why its request failed. */
export function RequestError({ error }: { error: RbeeError | undefined }) {
  if (!error) return null;
  return (
    <p class="notice" data-notice="error" role="alert">
      <b>{errorTitle(error.code)}</b> {details[error.code]?.(error.message)}
    </p>
  );
}
