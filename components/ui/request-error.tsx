import { i18n } from '#i18n';
import type { ErrorCode, RbeeError } from '../../lib/errors.ts';
import { errorTitles } from '../../lib/i18n/error-texts.ts';

/** What is worth saying beside the code's title. */
const more: Partial<Record<ErrorCode, (said: string) => string>> = {
  'hive-rejected': (text) => i18n.t('error.hive_rejected.description', { text }),
  'message-rejected': () => i18n.t('error.message_rejected.description'),
};

/** Says beside a button why what it asked for did not happen, in the hive's own words where it gave some. */
export function RequestError({ error }: { error: RbeeError | undefined }) {
  if (!error) return null;
  return (
    <p class="notice" data-notice="error" role="alert">
      <b>{errorTitles[error.code]()}</b> {more[error.code]?.(error.message)}
    </p>
  );
}
