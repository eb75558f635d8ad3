import { parseRepo } from '../subject.ts';
import type { DetailPage } from './detail-page.ts';
import { findOwn } from './own-content.ts';
import { isRouteOf, type Route, subjectOfRoute } from './route.ts';
import { textOf } from './text.ts';

const hub = 'https://huggingface.co/';

/** The repository that an element shows or links to, if it may be the one of the address. */
function repoIn(element: Element | undefined, route: Route): string | undefined {
  const repo = parseRepo(element?.getAttribute('href')?.slice(hub.length) ?? textOf(element));
  return repo && isRouteOf(route, repo) ? repo : undefined;
}

const isOf = (element: Element, route: Route): boolean => repoIn(element, route) !== undefined;

/** 2025-11-04 to 11-14. */
export const modelLink = { selector: `a[href^="${hub}"]`, isOf, texts: ['View on HuggingFace'] };

/** The model's id on the card "Basic Information", 2025-11-04 to 11-14. */
const modelId = 'code';

export const modelPage: DetailPage = {
  subject(page, route) {
    // The address is trusted over the content, which README markup that closes the site's elements can imitate.
    const named = subjectOfRoute(route);
    if (named) return named;
    const find = (selector: string) => findOwn(page, selector, (element) => isOf(element, route));
    const repo = repoIn(find(modelLink.selector) ?? find(modelId), route);
    return repo && `hf:${repo}`;
  },
  action: {
    // 2025-11-05 18:10 to 11-06 14:53, in the card "One-Click Installation".
    selector: '.p-6 > .justify-between > .space-y-1 + :is(button, a[href$="/llama-orch/releases"])',
    // The label changes while the page looks for rbee's desktop app.
    texts: ['Checking...', 'Run with rbee', 'Download Keeper'],
  },
  link: modelLink,
};
