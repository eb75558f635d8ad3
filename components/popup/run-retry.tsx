import { i18n } from '#i18n';
import { errorTitle } from '../../lib/i18n/error-titles.ts';
import { formatDuration } from '../../lib/i18n/format.ts';
import { joinSentences, toSentence } from '../../lib/i18n/language.ts';
import type { Step } from '../../lib/runs/run.ts';
import { useNow } from '../ui/use-now.ts';

/** A download or a question to the hub that failed for a reason that may pass, and when it is retried automatically. */
export function RunRetry({ retry }: { retry: NonNullable<Step['retry']> }) {
  const now = useNow(1_000);
  const time = formatDuration(Math.ceil(Math.max(0, retry.at - now) / 1000) * 1000);
  return (
    <p class="notice figure" data-notice="retry">
      {joinSentences(toSentence(errorTitle(retry.code)), i18n.t('run.retries_in', { time }))}
    </p>
  );
}
