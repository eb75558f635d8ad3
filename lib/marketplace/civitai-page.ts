import type { DetailPage } from './detail-page.ts';
import { modelLink } from './model-page.ts';
import { subjectOfRoute } from './route.ts';

/** Only the address contains the model's number in all generations. */
export const civitaiPage: DetailPage = {
  subject: (_page, route) => subjectOfRoute(route),
  link: {
    selector: [
      'a[href^="https://civitai.com/models/"]', // 2025-11-09 14:18 to 11-14
      'a[href^="https://huggingface.co/civitai-"]', // 2025-11-07 to 11-09: labelled and linked as a model of the hub
    ].join(),
    isOf: (link, { kind, name }) =>
      subjectOfRoute({ kind, name: link.getAttribute('href') ?? '' }) === subjectOfRoute({ kind, name }),
    texts: ['View on CivitAI', ...modelLink.texts],
  },
};
