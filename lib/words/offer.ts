import { i18n } from '#i18n';
import type { FileOffer } from '../messages/contract.ts';
import { formatBytes } from './numbers.ts';

export const fitWords: Record<FileOffer['fit'], () => string> = {
  gpu: () => i18n.t('choice.fits_gpu'),
  cpu: () => i18n.t('choice.fits_cpu'),
  'too-large': () => i18n.t('choice.too_large'),
  unknown: () => i18n.t('choice.fit_unknown'),
};

/** Where a file fits, with the estimate that says so. */
export function tellFit({ fit, needBytes, roomBytes }: FileOffer): string {
  if (needBytes === undefined) return fitWords[fit]();
  const need = formatBytes(needBytes);
  if (roomBytes === undefined) return i18n.t('choice.needs', { fit: fitWords[fit](), need });
  const room = formatBytes(roomBytes);
  return fit === 'too-large'
    ? i18n.t('choice.needs_more', { need, room })
    : i18n.t('choice.needs_of', { fit: fitWords[fit](), need, room });
}

/** What is known of a file in one line, without its name and size. */
export const tellFile = (file: FileOffer): string =>
  [
    file.there && i18n.t('choice.there'),
    file.refused ? i18n.t('choice.split') : tellFit(file),
    file.loads === 'no' && i18n.t('choice.not_loaded'),
  ]
    .filter(Boolean)
    .join(' · ');

/** For files that go by the same label, what their paths do not share; by path. */
export function tellApart(files: readonly FileOffer[]): ReadonlyMap<string, string> {
  const byLabel = Map.groupBy(files, ({ label }) => label);
  const groups = [...byLabel].filter(([label, group]) => label !== undefined && group.length > 1);
  return new Map(groups.flatMap(([, group]) => differences(group.map(({ path }) => path))));
}

function differences(paths: string[]): [string, string][] {
  const words = paths.map((path) => path.split(/(?<=[-_./ ])/));
  const front = shared(words);
  const back = shared(words.map((word) => word.slice(front).toReversed()));
  const rests = words.map((word) =>
    word
      .slice(front, word.length - back)
      .join('')
      .replace(/[-_./ ]$/, ''),
  );
  const told = rests.includes('') || new Set(rests).size < rests.length ? paths : rests;
  return paths.map((path, at) => [path, told[at] ?? path]);
}

/** How many words all of them begin with. */
function shared(lists: string[][]): number {
  const [first = []] = lists;
  const end = first.findIndex((word, at) => lists.some((list) => list[at] !== word));
  return end < 0 ? first.length : end;
}

/** The repository's page, where a licence is accepted. `repo` as the hub spells it. */
export const repoUrl = (repo: string): string => `https://huggingface.co/${repo}`;
