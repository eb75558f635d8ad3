import { parseRepo } from '../subject.ts';
import type { DetailPage } from './detail-page.ts';
import { findOwn, isOwn } from './own-content.ts';
import { isRouteOf, subjectOfRoute } from './route.ts';
import { textOf } from './text.ts';

/** 2025-11-05 18:10 to 11-06 14:53. The label changes while the page looks for rbee's desktop app. */
export const modelAction = {
  selector: 'button, a',
  texts: ['Checking...', 'Run with rbee', 'Download Keeper'],
};

/** 2025-11-04 to 11-14. */
export const modelLink = { selector: 'a[href^="https://huggingface.co/"]', texts: ['View on HuggingFace'] };

/** Card "Basic Information", 2025-11-04 to 11-14: a label, and the value in the `<code>` after it. */
export const modelId = 'code';

export function readModelId(page: Document): string | undefined {
  for (const code of page.querySelectorAll<HTMLElement>(modelId)) {
    if (textOf(code.previousElementSibling) === 'Model ID' && isOwn(code)) return textOf(code);
  }
  return undefined;
}

export const modelPage: DetailPage = {
  subject(page, route) {
    // The address is trusted over the content, which README markup that closes the site's elements can imitate.
    const named = subjectOfRoute(route);
    if (named) return named;
    const link = findOwn(page, modelLink.selector, modelLink.texts)?.getAttribute('href');
    const repo = parseRepo(readModelId(page)) ?? parseRepo(link?.split('/').slice(3).join('/'));
    return repo && isRouteOf(route, repo) ? `hf:${repo}` : undefined;
  },
  action: modelAction,
  link: modelLink,
};
