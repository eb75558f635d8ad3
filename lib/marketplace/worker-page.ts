import type { DetailPage } from './detail-page.ts';
import { subjectOfRoute } from './route.ts';

export const workerAction = {
  selector: 'button, a',
  texts: [
    'Install with rbee', // 2025-11-05 18:10 to 11-06
    'Install', // 2025-11-06 to 11-11, as the server sends it…
    'Open in rbee App', // …and as the browser shows it
    'Install Worker', // 2025-11-12 14:57 to 11-14, disabled
  ],
};

/** Only the address contains the id; the heading is a display name. */
export const workerPage: DetailPage = { subject: (_page, route) => subjectOfRoute(route), action: workerAction };
