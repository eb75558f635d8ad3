import { i18n } from '#i18n';
import type { RbeeError } from '../../lib/errors.ts';
import { errorWords } from '../../lib/words/errors.ts';

/** Says beside a button why what it asked for did not happen. */
export function AskError({ error }: { error: RbeeError | undefined }) {
  if (!error) return null;
  return (
    <p class="notice" data-notice="error" role="alert">
      {i18n.t('run.action_failed', { what: errorWords[error.code].title() })}
    </p>
  );
}
