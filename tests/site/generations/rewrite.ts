import { type CivitaiModel, civitaiModels, type Model, models, shortNumber, type Worker, workers } from '../data.ts';
import { type Html, html, raw } from '../html.ts';
import { hostileReadme, plainReadme } from '../readmes.ts';
import { document } from './frame.ts';
import type { Generation } from './page.ts';
import {
  badge,
  basicInformation,
  card,
  civitaiGrid,
  container,
  icon,
  linked,
  listFrame,
  notFound,
  primaryButton,
  verticalCard,
} from './parts.ts';
import {
  civitaiFacts,
  civitaiFiles,
  civitaiLink,
  gallery,
  modelFacts,
  modelHeader,
  sidebarHeader,
  smallStats,
  threeColumns,
} from './sidebar.ts';

const [theBloke, llama] = models as readonly [Model, Model, ...Model[]];
const [dreamShaper] = civitaiModels as readonly [CivitaiModel, ...CivitaiModel[]];
const [llmWorker, sdWorker] = workers as readonly [Worker, Worker];

const hf = (model: Model): string => `/models/huggingface/${encodeURIComponent(model.id)}`;

const stub = (title: string): string =>
  document({
    title,
    look: 'bare',
    main: container(html`<h1 class="text-4xl font-bold">${title}</h1><p class="text-muted-foreground">Coming Soon</p>`),
  });

// Six columns, the full id in the first, no click handler, no link.
const plainTable = html`<div class="rounded-lg border border-border overflow-x-auto"><div data-slot="table-container"><table data-slot="table">
<thead data-slot="table-header"><tr data-slot="table-row"><th>Model</th><th>Author</th><th>Task</th><th>Downloads</th><th>Likes</th><th>Tags</th></tr></thead>
<tbody data-slot="table-body">
${models.map(
  (
    model,
  ) => html`<tr data-slot="table-row"><td data-slot="table-cell"><div class="font-medium">${model.id}</div></td><td data-slot="table-cell">${model.author}</td><td data-slot="table-cell">${model.task}</td><td data-slot="table-cell">${shortNumber(model.downloads)}</td><td data-slot="table-cell">${shortNumber(model.likes)}</td><td data-slot="table-cell">${model.tags.slice(0, 2).map(badge)}</td></tr>
`,
)}</tbody></table></div></div>`;

const unlinkedHfList = document({
  title: 'HuggingFace Models',
  look: 'bare',
  main: listFrame('HuggingFace Models', 'Language models', plainTable),
});

const unlinkedCivitaiList = document({
  title: 'CivitAI Models',
  look: 'bare',
  main: listFrame('CivitAI Models', 'Image models', civitaiGrid(civitaiModels.map(verticalCard))),
});

const linkedHfList = document({
  title: 'HuggingFace Models',
  main: listFrame(
    'HuggingFace Models',
    'Language models',
    html`<div class="space-y-4">${models.map((model) => linked(hf(model), html`<h3 class="font-semibold">${model.author}/${model.name}</h3><p class="text-sm text-muted-foreground">${model.task}</p>`, 'block border border-border rounded-lg p-4'))}</div>`,
  ),
});

const linkedCivitaiList = document({
  title: 'CivitAI Models',
  main: listFrame(
    'CivitAI Models',
    'Image models',
    civitaiGrid(
      civitaiModels.map((model) => linked(`/models/civitai/${model.id}`, verticalCard(model), 'block h-full')),
    ),
  ),
});

// Like today's card, before it got its data-slot (2025-11-12 13:19 to 11-13 22:26).
const listCard = (model: Model): Html =>
  linked(
    hf(model),
    html`<div class="border border-border rounded-lg p-5 space-y-3"><div class="flex items-start justify-between gap-3"><div class="flex-1 min-w-0"><h3 class="text-sm font-medium leading-tight truncate"><span>${model.author}</span><span>/</span><span class="font-semibold">${model.name}</span></h3></div>${badge(model.task)}</div><div class="flex items-center gap-4 text-xs text-muted-foreground">⬇ ${shortNumber(model.downloads)} ♥ ${shortNumber(model.likes)}</div></div>`,
    'block h-full',
  );

const home = document({
  title: 'rbee Marketplace',
  main: container(html`<section class="space-y-4"><h2 class="text-2xl font-bold">Trending LLM Models</h2><div class="grid grid-cols-1 md:grid-cols-2 lg:grid-cols-3 gap-3">${models.map(listCard)}</div></section>
<section class="space-y-4"><h2 class="text-2xl font-bold">Trending Image Models</h2><div class="grid grid-cols-1 md:grid-cols-2 lg:grid-cols-3 gap-3">${civitaiModels.map((model) => linked(`/models/civitai/${model.id}`, verticalCard(model), 'block h-full'))}</div></section>`),
});

const firstDetail = (model: Model): string =>
  document({
    title: `${model.id} | HuggingFace Model`,
    look: 'bare',
    main: container(
      threeColumns(
        basicInformation(model.id, model.author, model.task),
        html`${modelHeader(model, model.id)}\n${modelFacts(model)}`,
      ),
    ),
  });

const detail = (model: Model, readme = plainReadme(model)): string =>
  document({
    title: `${model.id} | HuggingFace Model`,
    main: container(
      threeColumns(
        html`<div class="markdown-content overflow-hidden">\n${raw(readme)}\n</div>`,
        html`${modelHeader(model, model.id)}\n${modelFacts(model)}\n${basicInformation(model.id, model.author, model.task)}`,
      ),
    ),
  });

const civitaiDetail = (model: CivitaiModel, look?: 'bare'): string =>
  document({
    title: `${model.name} | CivitAI Model`,
    ...(look && { look }),
    main: container(
      threeColumns(
        html`${gallery}\n<div data-slot="card" class="rounded border border-border bg-card p-6"><div class="markdown-content prose-sm"><p>${model.name}</p></div></div>`,
        html`${sidebarHeader(model.name, model.author, smallStats(model.downloads, model.likes), civitaiLink(model))}\n${civitaiFacts(model)}\n${civitaiFiles(model)}`,
      ),
    ),
  });

const workerListCard = (worker: Worker): Html =>
  linked(
    `/workers/${worker.id}`,
    html`<div class="border border-border rounded-lg overflow-hidden bg-card"><div class="relative w-full" style="height:10rem"></div><div class="p-4"><div class="flex items-center justify-between"><h3 class="font-bold text-lg truncate">${worker.name}</h3>${badge(worker.backends[0] ?? 'CPU')}</div><p class="text-xs text-muted-foreground">v${worker.version}</p><p class="text-sm text-muted-foreground">${worker.description}</p></div></div>`,
  );

const workerList = document({
  title: 'AI Workers',
  main: listFrame(
    'AI Workers',
    'Workers for your cluster',
    html`<div class="grid grid-cols-1 md:grid-cols-2 lg:grid-cols-4 gap-6">${workers.map(workerListCard)}</div>`,
  ),
});

// The header is an h3; the disabled button and its text are those of today.
const workerDetail = (worker: Worker): string =>
  document({
    title: `${worker.name} | AI Worker`,
    main: container(html`<div class="grid grid-cols-1 lg:grid-cols-3 gap-6">
<div class="lg:col-span-2 space-y-6"><div class="space-y-2"><h3 class="text-2xl font-bold">${worker.name}</h3><p class="text-sm text-muted-foreground">${worker.description}</p></div></div>
<div class="lg:col-span-1 space-y-6">
${card('Install', html`<p class="text-sm text-muted-foreground">Add this worker to your cluster</p><button data-slot="button" class="${primaryButton} w-full" disabled="">${icon('size-4')}Install Worker</button><p class="text-xs text-muted-foreground">Installation coming soon</p>`)}
${card('Metadata', html`<p class="text-sm">v${worker.version}</p>`)}
</div></div>`),
  });

const hfMissing = document({ title: 'Model Not Found', main: notFound('This model') });

export const rewrite: readonly Generation[] = [
  {
    name: 'gap',
    seen: '2025-11-11 21:51 33f35632',
    pages: [
      { file: 'gap-home', path: '/', kind: 'stub', markup: stub('rbee Marketplace') },
      { file: 'gap-hf-list', path: '/models/huggingface', kind: 'stub', markup: stub('HuggingFace Models') },
      { file: 'gap-civitai-list', path: '/models/civitai', kind: 'stub', markup: stub('CivitAI Models') },
    ],
  },
  {
    name: 'gap-lists',
    seen: '2025-11-11 23:14 de64609f',
    inherits: 'gap',
    pages: [
      { file: 'gap-lists-hf-list', path: '/models/huggingface', kind: 'hf-list', markup: unlinkedHfList },
      { file: 'gap-lists-civitai-list', path: '/models/civitai', kind: 'civitai-list', markup: unlinkedCivitaiList },
    ],
  },
  {
    name: 'g9a',
    seen: '2025-11-12 00:10 f7b85fd5',
    inherits: 'gap-lists',
    redirects: { '/models': '/models/civitai' },
    pages: [
      { file: 'g9a-hf-detail', path: hf(theBloke), kind: 'hf-detail', markup: firstDetail(theBloke) },
      {
        file: 'g9a-civitai-detail',
        path: `/models/civitai/${dreamShaper.id}`,
        kind: 'civitai-detail',
        markup: civitaiDetail(dreamShaper, 'bare'),
      },
    ],
  },
  {
    name: 'g9',
    seen: '2025-11-12 14:57 794f3ed9',
    inherits: 'g9a',
    pages: [
      { file: 'g9-home', path: '/', kind: 'home', markup: home },
      { file: 'g9-hf-list', path: '/models/huggingface', kind: 'hf-list', markup: linkedHfList },
      { file: 'g9-hf-detail', path: hf(theBloke), kind: 'hf-detail', markup: detail(theBloke) },
      { file: 'g9-hf-detail-hostile', path: hf(llama), kind: 'hf-detail', markup: detail(llama, hostileReadme) },
      {
        file: 'g9-hf-not-found',
        path: '/models/huggingface/nobody%2Fnothing',
        kind: 'not-found',
        status: 404,
        markup: hfMissing,
      },
      { file: 'g9-civitai-list', path: '/models/civitai', kind: 'civitai-list', markup: linkedCivitaiList },
      {
        file: 'g9-civitai-detail',
        path: `/models/civitai/${dreamShaper.id}`,
        kind: 'civitai-detail',
        markup: civitaiDetail(dreamShaper),
      },
      { file: 'g9-worker-list', path: '/workers', kind: 'worker-list', markup: workerList },
      {
        file: 'g9-worker-detail',
        path: `/workers/${llmWorker.id}`,
        kind: 'worker-detail',
        markup: workerDetail(llmWorker),
      },
      {
        file: 'g9-worker-detail-sd',
        path: `/workers/${sdWorker.id}`,
        kind: 'worker-detail',
        markup: workerDetail(sdWorker),
      },
    ],
  },
];
