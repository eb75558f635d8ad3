import { useContext } from 'preact/hooks';
import { i18n } from '#i18n';
import { errorDescriptions } from '../../lib/i18n/error-descriptions.ts';
import { errorTitle } from '../../lib/i18n/error-titles.ts';
import { type Next, nextStep } from '../../lib/i18n/next-steps.ts';
import { nameSubject } from '../../lib/i18n/subject-texts.ts';
import type { Failure, Run } from '../../lib/runs/run.ts';
import { Button } from '../ui/button.tsx';
import { Command } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { openOptions } from '../ui/open.ts';
import { HiveVersions } from './known-hives.ts';

/** What went wrong. A command to type is itself the next step. */
export function RunFailure({ run, failure }: { run: Run; failure: Failure }) {
  const next = nextStep(failure.code, run);
  const version = useContext(HiveVersions)[run.hive];
  return (
    <div class="failure" data-code={failure.code}>
      <h4>{errorTitle(failure.code)}</h4>
      <p>{errorDescriptions[failure.code](run, version)}</p>
      {next.kind === 'command' && (
        <Command text={next.command} about={nameSubject(run.subject).name} variant="primary" />
      )}
    </div>
  );
}

/** The next step as a button, unless it is Retry or a command. */
export function NextButton({ next }: { next: Next }) {
  switch (next.kind) {
    case 'link':
      return (
        <Link url={next.url} variant="primary">
          {next.label}
        </Link>
      );
    case 'options':
      return (
        <Button variant="primary" onClick={openOptions}>
          {i18n.t('next.open_options')}
        </Button>
      );
    case 'reload':
      return (
        <Button variant="primary" onClick={() => location.reload()}>
          {i18n.t('next.reload')}
        </Button>
      );
    case 'command':
    case 'retry':
      return null;
  }
}
