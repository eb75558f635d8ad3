import { i18n } from '#i18n';
import type { Run, Step } from '../../lib/runs/run.ts';
import { formatBytes, formatDuration, formatPercent, formatSpeed } from '../../lib/words/numbers.ts';
import { type ProgressFacts, readProgress } from '../../lib/words/progress.ts';
import { tellState } from '../../lib/words/run.ts';
import { useNow } from '../ui/use-now.ts';

export function RunProgress({ run, step, name }: { run: Run; step: Step; name: string }) {
  const now = useNow(1_000);
  const facts = readProgress(run, step, now);
  const what = tellState(run);
  const percent =
    facts.percent === undefined ? undefined : i18n.t('progress.percent', { percent: formatPercent(facts.percent) });
  const amounts = tellAmounts(facts);
  const determinate = facts.percent !== undefined && run.state !== 'cancelling';

  return (
    <div class="progress">
      <p class="progress-what">
        <span>{what}</span>
        <span class="figure">{percent ?? tellLast(facts)}</span>
      </p>
      <div
        role="progressbar"
        class="bar"
        aria-label={i18n.t('progress.label', { what, name })}
        {...(determinate
          ? {
              'aria-valuemin': 0,
              'aria-valuemax': 100,
              'aria-valuenow': Math.floor(facts.percent ?? 0),
              'aria-valuetext': [percent, amounts].filter(Boolean).join(', '),
            }
          : {})}
      >
        <div style={determinate ? { transform: `scaleX(${(facts.percent ?? 0) / 100})` } : undefined} />
      </div>
      <p class="progress-amounts figure">
        <span>{amounts}</span>
        <span>{facts.leftMs !== undefined && i18n.t('progress.left', { time: formatDuration(facts.leftMs) })}</span>
      </p>
      {facts.stalledMs !== undefined && (
        <p class="notice" data-notice="stalled">
          {i18n.t('progress.stalled', { time: formatDuration(facts.stalledMs) })}
        </p>
      )}
    </div>
  );
}

function tellAmounts({ bytes, bytesPerSecond }: ProgressFacts): string {
  return [
    bytes && i18n.t('progress.bytes', { done: formatBytes(bytes.done), total: formatBytes(bytes.total) }),
    bytesPerSecond !== undefined && formatSpeed(bytesPerSecond),
  ]
    .filter(Boolean)
    .join(' · ');
}

const tellLast = ({ lastPercent }: ProgressFacts): string =>
  lastPercent === undefined ? '' : i18n.t('progress.last_seen', { percent: formatPercent(lastPercent) });
