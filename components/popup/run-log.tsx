import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { formatClock } from '../../lib/i18n/format.ts';
import type { LogLine, Run } from '../../lib/runs/run.ts';
import { CopyButton } from '../ui/copy.tsx';
import { useTail } from '../ui/use-tail.ts';
import { watchLog } from './watch-runs.ts';

const shownLines = 200;

/** What the hive said, read and watched only while it is open. */
export function RunLog({ run, name }: { run: Run; name: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="log" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{i18n.t('log.show')}</summary>
      {open && <Lines run={run} name={name} />}
    </details>
  );
}

function Lines({ run, name }: { run: Run; name: string }) {
  const [lines, setLines] = useState<LogLine[]>();
  const tail = useTail(lines);

  useEffect(() => {
    const controller = new AbortController();
    void watchLog(run.id, setLines, controller.signal);
    return () => controller.abort();
  }, [run.id]);

  if (!lines) return null;
  const text = [...lines.slice(-shownLines).map(tellLine), ...(run.failure?.text ? [run.failure.text] : [])].join('\n');
  return (
    <>
      <div
        {...tail}
        class="console"
        role="log"
        aria-live="off"
        aria-label={i18n.t('log.label', { name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it.
        tabIndex={0}
      >
        <pre>{text || i18n.t('log.empty')}</pre>
      </div>
      {text && <CopyButton text={text} label={i18n.t('log.copy')} look="quiet" />}
    </>
  );
}

const tellLine = ({ at, message }: LogLine): string => `${formatClock(at)}  ${message.trimEnd()}`;
