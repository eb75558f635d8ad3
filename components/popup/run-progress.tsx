import { i18n } from '#i18n';
import { formatBytes, formatDuration, formatPercent, formatSpeed } from '../../lib/i18n/format.ts';
import { stateText } from '../../lib/i18n/run-texts.ts';
import type { Run, Step } from '../../lib/runs/run.ts';
import { type ProgressFacts, readProgress } from '../ui/progress.ts';
import { useNow } from '../ui/use-now.ts';

export function RunProgress({ run, step, name }: { run: Run; step: Step; name: string }) {
  const now = useNow(1_000);
  const cancelling = run.state === 'cancelling';
  const facts: ProgressFacts = cancelling ? {} : readProgress(run, step, now);
  const what = stateText(run);
  const percent = facts.percent !== undefined && formatPercent(facts.percent);
  const amounts =
    facts.bytes &&
    i18n.t('progress.bytes', { done: formatBytes(facts.bytes.done), total: formatBytes(facts.bytes.total) });
  const expected = !cancelling && step.progress?.phase === 'downloading' && step.job?.state !== 'lost';

  return (
    <div class="progress">
      <p class="pair">
        <span>{amounts ?? what}</span>
        <span class="hint">{percent || tellLast(facts)}</span>
      </p>
      <div
        role="progressbar"
        class="bar"
        aria-label={i18n.t('progress.label', { what, name })}
        {...(facts.percent !== undefined && {
          'aria-valuemin': 0,
          'aria-valuemax': 100,
          'aria-valuenow': Math.floor(facts.percent),
          'aria-valuetext': [percent, amounts].filter(Boolean).join(', '),
        })}
      >
        <div style={facts.percent === undefined ? undefined : { inlineSize: `${facts.percent}%` }} />
      </div>
      {expected && (
        <p class="pair hint pace">
          {facts.stalledMs === undefined ? (
            <span>{facts.bytesPerSecond !== undefined && formatSpeed(facts.bytesPerSecond)}</span>
          ) : (
            <span data-notice="stalled">{i18n.t('progress.stalled', { time: formatDuration(facts.stalledMs) })}</span>
          )}
          <span>
            {facts.leftMs !== undefined && i18n.t('progress.remaining', { time: formatDuration(facts.leftMs) })}
          </span>
        </p>
      )}
    </div>
  );
}

const tellLast = ({ lastPercent }: ProgressFacts): string =>
  lastPercent === undefined ? '' : i18n.t('progress.last_known', { percent: formatPercent(lastPercent) });
