import { lossySlug, type Model, models, oldWorkers, type Worker } from '../data.ts';
import { type Html, html } from '../html.ts';
import { document } from './frame.ts';
import type { Generation } from './page.ts';
import { badge, container, icon, listFrame } from './parts.ts';
import { detailBelow, tableList } from './tables.ts';

const [theBloke, llama] = models as readonly [Model, Model, ...Model[]];
const [cpu] = oldWorkers as readonly [Worker, ...Worker[]];

const plainButton = 'inline-flex items-center justify-center rounded-md';

// What the server sent. The page's script swaps it for one of two others (see public/older.js).
const checking = html`<button disabled="" class="${plainButton} bg-muted px-6 py-3 text-sm font-medium text-muted-foreground cursor-not-allowed ">${icon('mr-2 h-4 w-4 animate-spin')}Checking...</button>`;

const oneClick = html`<div class="rounded-lg border border-border bg-card p-6"><div class="flex items-center justify-between">
<div class="space-y-1"><h3 class="text-lg font-semibold">One-Click Installation</h3><p class="text-sm text-muted-foreground">Install and run this model with rbee Keeper</p></div>
${checking}
</div></div>`;

const detail = (model: Model, look?: 'old'): string =>
  document({
    title: `${model.name} | AI Model | rbee Marketplace`,
    ...(look && { look }),
    main: container(html`<div class="space-y-6">
${oneClick}
${detailBelow(model)}
</div>`),
  });

export const oldWorkerList = (look?: 'old'): string => {
  const anchor = (
    worker: Worker,
  ): Html => html`<a href="/workers/${worker.id}" class="group rounded-lg border border-border bg-card p-6 space-y-3">
<div class="flex items-center justify-between">${worker.backends.map(badge)}<span class="text-xs text-muted-foreground">v${worker.version}</span></div>
<h3 class="text-lg font-semibold">${worker.name}</h3><p class="text-sm text-muted-foreground">${worker.description}</p><div class="flex flex-wrap gap-1">${worker.platforms.map(badge)}</div></a>
`;
  return document({
    title: 'Workers | rbee Marketplace',
    ...(look && { look }),
    main: listFrame(
      'LLM Workers',
      'Inference workers for this machine',
      html`<div class="grid grid-cols-1 md:grid-cols-2 gap-6">${oldWorkers.map(anchor)}</div>`,
    ),
  });
};

const workerDetail = (worker: Worker): string =>
  document({
    title: `${worker.name} | AI Worker | rbee Marketplace`,
    look: 'old',
    main: container(html`<div class="space-y-6">
<div><h1 class="text-4xl font-bold tracking-tight mb-2">${worker.name}</h1><p class="text-xl text-muted-foreground">${worker.description}</p></div>
<div class="rounded-lg border border-border bg-card p-6"><div class="flex items-center justify-between">
<div class="space-y-1"><h3 class="text-lg font-semibold">Install Worker</h3><p class="text-sm text-muted-foreground">One-click installation with rbee Keeper</p></div>
<a href="rbee://worker/${worker.id}" class="${plainButton} bg-primary px-6 py-3 text-sm font-medium text-primary-foreground">Install with rbee</a>
</div></div>
<div class="rounded-lg border border-border bg-card p-6"><h2 class="text-lg font-semibold">Platforms</h2>${worker.platforms.map(badge)}</div>
</div>`),
  });

export const runWithRbee: readonly Generation[] = [
  {
    name: 'g3',
    seen: '2025-11-05 18:10 84a7790c',
    pages: [
      { file: 'g3-home', path: '/', kind: 'home', markup: tableList('old') },
      { file: 'g3-hf-list', path: '/models', kind: 'hf-list', markup: tableList('old') },
      { file: 'g3-search', path: '/search?q=llama', kind: 'search', markup: tableList('old') },
      {
        file: 'g3-hf-detail',
        path: `/models/${lossySlug(theBloke.id)}`,
        kind: 'hf-detail',
        markup: detail(theBloke, 'old'),
      },
      {
        file: 'g3-hf-detail-dots',
        path: `/models/${lossySlug(llama.id)}`,
        kind: 'hf-detail',
        markup: detail(llama, 'old'),
      },
      { file: 'g3-worker-list', path: '/workers', kind: 'worker-list', markup: oldWorkerList('old') },
      { file: 'g3-worker-detail', path: `/workers/${cpu.id}`, kind: 'worker-detail', markup: workerDetail(cpu) },
    ],
  },
];
