import { RbeeError } from '../errors.ts';
import { nameFiles } from '../hub/file-names.ts';
import type { Summary } from '../messages/contract.ts';
import { parseSubject } from '../subject.ts';
import { createTimeLimit, type HiveQuery, readModelFacts, readWorkerFacts, type SubjectDeps } from './subject-facts.ts';

/** What a page may know about a subject before any click. Throws `message-rejected` if the text is no subject. */
export async function makeSummary(subjectText: string, deps: SubjectDeps): Promise<Summary> {
  const subject = parseSubject(subjectText);
  if (!subject) throw new RbeeError('message-rejected', subjectText);
  const ask: HiveQuery = { hive: deps.hives.defaultHive(), passive: true, inTime: createTimeLimit() };
  switch (subject.kind) {
    case 'civitai':
      return { state: 'unsupported', reasons: ['civitai'] };
    case 'worker': {
      const { usual, fixed, reasons } = await readWorkerFacts(subjectText, ask, deps);
      const state = reasons.includes('rocm') ? 'unsupported' : 'idle';
      return { state, reasons, ...(usual && !fixed && { backend: usual }) };
    }
    case 'model': {
      const { files, taken, reasons, undecided, unsupported, link } = await readModelFacts(
        subjectText,
        subject,
        ask,
        deps,
      );
      return {
        state: unsupported
          ? 'unsupported'
          : undecided && reasons.some((reason) => reason === 'derivatives' || reason === 'no-fit')
            ? 'choose'
            : 'idle',
        reasons,
        ...(taken && {
          file: { label: nameFiles(files)(taken), ...(taken.sizeBytes && { sizeBytes: taken.sizeBytes }) },
        }),
        ...(link && { link }),
      };
    }
  }
}
