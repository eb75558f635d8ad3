import type { DetailPage } from './detail-page.ts';
import { modelLink } from './model-page.ts';
import { subjectOfRoute } from './route.ts';

export const civitaiLink = {
  selector: [
    'a[href^="https://civitai.com/models/"]', // 2025-11-09 14:18 to 11-14
    modelLink.selector, // 2025-11-07 to 11-09: labelled and linked as a model of the hub
  ].join(),
  texts: ['View on CivitAI', ...modelLink.texts],
};

/** Only the address contains the model's number in all generations. */
export const civitaiPage: DetailPage = { subject: (_page, route) => subjectOfRoute(route), link: civitaiLink };
