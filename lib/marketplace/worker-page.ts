import type { DetailPage } from './detail-page.ts';
import { subjectOfRoute } from './route.ts';

/** Only the address contains the id; the heading is a display name. */
export const workerPage: DetailPage = {
  subject: (_page, route) => subjectOfRoute(route),
  action: {
    selector: [
      'header:has(h1) button[data-slot="button"]', // 2025-11-06 to 11-11
      '[data-slot="card"] button.w-full[data-slot="button"]', // 2025-11-12 14:57 to 11-14, disabled
    ].join(),
    texts: [
      'Install with rbee', // 2025-11-05 18:10 to 11-06
      'Install', // 2025-11-06 to 11-11, as the server sends it…
      'Open in rbee App', // …and as the browser shows it
      'Install Worker', // 2025-11-12 14:57 to 11-14
    ],
  },
};
