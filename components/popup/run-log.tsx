import { useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { formatClock } from '../../lib/i18n/format.ts';
import type { LogLine, Run } from '../../lib/runs/run.ts';
import { CopyButton } from '../ui/copy.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { useScrollToEnd } from '../ui/use-scroll-to-end.ts';
import { followLog } from './stored-runs.ts';

const shownLines = 200;

/** The hive's narration, read only while it is shown. */
export function RunLog({ run, name }: { run: Run; name: string }) {
  return (
    <Disclosure class="log" title={i18n.t('log.show')} about={name}>
      <Lines run={run} name={name} />
    </Disclosure>
  );
}

function Lines({ run, name }: { run: Run; name: string }) {
  const [lines, setLines] = useState<LogLine[]>();
  const tail = useScrollToEnd(lines);

  useEffect(() => {
    const controller = new AbortController();
    void followLog(run.id, controller.signal).then((log) => {
      if (controller.signal.aborted) return;
      setLines(log.current);
      log.subscribe(setLines);
    });
    return () => controller.abort();
  }, [run.id]);

  if (!lines) return null;
  const text = [
    ...lines.slice(-shownLines).map(formatLine),
    ...[run.failure?.text, run.hiveFailure?.text].filter(Boolean),
  ].join('\n');
  return (
    <>
      <div
        {...tail}
        class="console"
        role="log"
        aria-live="off"
        aria-label={i18n.t('log.label', { name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it.
        tabIndex={0}
      >
        <pre>{text || i18n.t('log.empty')}</pre>
      </div>
      {text && <CopyButton text={text} label={i18n.t('log.copy')} about={name} variant="quiet" />}
    </>
  );
}

const formatLine = ({ at, message }: LogLine): string => `${formatClock(at)}  ${message.trimEnd()}`;
