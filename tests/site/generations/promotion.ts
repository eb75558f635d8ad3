import {
  backendWorkers,
  type CivitaiModel,
  civitaiModels,
  lossySlug,
  type Model,
  models,
  oldWorkers,
  type Worker,
} from '../data.ts';
import { type Html, html } from '../html.ts';
import { document } from './frame.ts';
import type { Generation } from './page.ts';
import {
  badge,
  basicInformation,
  card,
  civitaiGrid,
  container,
  externalLink,
  icon,
  linked,
  listFrame,
  modelTable,
  notFound,
  outlineButton,
  primaryButton,
  stats,
  verticalCard,
  workerCard,
} from './parts.ts';
import { oldWorkerList } from './run-with-rbee.ts';
import { detailBelow, tableList } from './tables.ts';

const [theBloke, llama] = models as readonly [Model, Model, ...Model[]];
const [dreamShaper] = civitaiModels as readonly [CivitaiModel, ...CivitaiModel[]];
const [oldCpu] = oldWorkers as readonly [Worker, ...Worker[]];
const [newCpu] = backendWorkers as readonly [Worker, ...Worker[]];

type Era = 'own' | 'atoms';

/** The promotion card. Not an action: it leads to pages about installing, one of which never existed. */
export function promotion(name: string, verb: 'Download' | 'Install', era: Era): Html {
  const title = html`<h3 class="text-lg font-semibold mb-1">${verb} ${name} with rbee</h3><p class="text-sm text-muted-foreground">Run AI on your own hardware</p>`;
  const small = html`<div class="flex gap-4 text-xs text-muted-foreground"><span>Free • Open Source • Works on Linux, macOS, and Windows</span></div>`;
  if (era === 'atoms') {
    return html`<div data-slot="card" class="rounded border border-border bg-gradient-to-r p-6 space-y-4">
${title}<div class="flex flex-wrap gap-3"><a data-slot="button" class="${primaryButton}" href="https://docs.rbee.dev/docs/getting-started/installation">${icon('size-4')}Download rbee</a><a data-slot="button" class="${outlineButton}" href="https://rbee.dev">Learn More</a></div>${small}
</div>`;
  }
  return html`<div class="rounded-lg border border-border bg-gradient-to-r from-blue-50 to-purple-50 p-6 space-y-4">
${title}<div class="flex flex-wrap gap-3"><a href="/download" class="inline-flex items-center rounded-md bg-primary px-6 py-3 text-sm font-medium text-primary-foreground">Download rbee</a><a href="/docs/getting-started" target="_blank" class="inline-flex items-center rounded-md border border-border px-6 py-3 text-sm font-medium">Learn More</a></div>${small}
</div>`;
}

const page = (title: string, inner: Html): string =>
  document({ title: `${title} | rbee Marketplace`, main: container(html`<div class="space-y-6">\n${inner}\n</div>`) });

const modelDetail = (model: Model, suffix: string, era: Era): string =>
  page(`${model.name} | ${suffix}`, html`${promotion(model.name, 'Download', era)}\n${detailBelow(model)}`);

// "Install" is what the server sent; in the browser the page's own script makes it "Open in rbee App".
const workerDetail = (worker: Worker, era: Era): string =>
  page(
    `${worker.name} | AI Worker`,
    html`${promotion(worker.name, 'Install', era)}
<div class="space-y-8"><header class="space-y-6"><div class="space-y-4">
<div><h1 class="text-4xl md:text-5xl font-bold tracking-tight mb-2">${worker.name}</h1></div>
<div class="flex flex-wrap gap-1">${worker.backends.map(badge)}</div>
<div class="flex flex-wrap gap-3"><button data-slot="button" class="${primaryButton}">${icon('size-4')}Install</button></div>
</div></header>
<div class="grid grid-cols-1 lg:grid-cols-3 gap-6"><aside class="lg:col-span-1 space-y-6">${card('Platforms', html`${worker.platforms.map(badge)}`)}</aside><article class="lg:col-span-2 space-y-6">${card('About', html`<p>${worker.description}</p>`)}</article></div>
</div>`,
  );

// Until 2025-11-09 14:18 the shared template gave CivitAI models a link to a HuggingFace page that cannot exist.
function civitaiDetail(model: CivitaiModel, era: Era, link: 'wrong' | 'right'): string {
  const id = `civitai-${model.id}`;
  const external =
    link === 'wrong'
      ? externalLink(`https://huggingface.co/${id}`, 'View on HuggingFace')
      : externalLink(`https://civitai.com/models/${model.id}`, 'View on CivitAI');
  const images = card(
    'Example Images',
    html`<div class="grid grid-cols-2 md:grid-cols-3 gap-4"><img alt="Example 1" width="300" height="400" src="/_next/static/media/picture.svg"/></div>`,
  );
  return page(
    `${model.name} | CivitAI Model`,
    html`${promotion(model.name, 'Download', era)}
<div class="space-y-8"><header class="space-y-6"><div class="space-y-4">
<div><h1 class="text-4xl md:text-5xl font-bold tracking-tight mb-2">${model.name}</h1>
<p class="text-xl text-muted-foreground">by <span class="font-semibold">${model.author}</span></p></div>
${stats(model.downloads, model.likes)}
<div class="flex flex-wrap gap-3">${external}</div>
</div></header>
<div class="grid grid-cols-1 lg:grid-cols-3 gap-6"><aside class="lg:col-span-1 space-y-6"></aside>
<article class="lg:col-span-2 space-y-6">${link === 'right' && images}${basicInformation(id, model.author, model.type)}</article></div>
</div>`,
  );
}

const filters = html`<div class="flex flex-wrap gap-2 mb-4"><a href="/models/civitai/filter/month" class="text-sm">Month</a><a href="/models/civitai/filter/month/checkpoints/sdxl" class="text-sm">SDXL checkpoints</a></div>`;

export const huggingFaceList = document({
  title: 'HuggingFace LLM Models | rbee Marketplace',
  main: listFrame(
    'HuggingFace LLM Models',
    'Discover language models from HuggingFace',
    html`<div class="rounded-lg border border-border bg-card p-6">${modelTable(models)}</div>`,
  ),
});

export const civitaiList = (prefix: string): string =>
  document({
    title: 'CivitAI Models | rbee Marketplace',
    main: listFrame(
      'CivitAI Models',
      'Discover image models from CivitAI',
      html`${filters}${civitaiGrid(civitaiModels.map((model) => linked(`/models/civitai/${prefix}${model.id}`, verticalCard(model))))}`,
    ),
  });

const workerList = document({
  title: 'Workers | rbee Marketplace',
  main: listFrame(
    'Workers',
    'Inference workers for this machine',
    html`<div class="grid grid-cols-1 md:grid-cols-2 lg:grid-cols-3 gap-6">${backendWorkers.map((worker) => html`${workerCard(worker)}\n`)}</div>`,
  ),
});

const missing = (what: string): string =>
  document({ title: 'Model Not Found | rbee Marketplace', main: notFound(what) });

const hf = (model: Model): string => `/models/huggingface/${lossySlug(model.id)}`;

export const promoted: readonly Generation[] = [
  {
    name: 'g4',
    seen: '2025-11-06 14:53 46c4a4aa',
    pages: [
      { file: 'g4-home', path: '/', kind: 'home', markup: tableList() },
      { file: 'g4-hf-list', path: '/models', kind: 'hf-list', markup: tableList() },
      {
        file: 'g4-hf-detail',
        path: `/models/${lossySlug(theBloke.id)}`,
        kind: 'hf-detail',
        markup: modelDetail(theBloke, 'AI Model', 'own'),
      },
      {
        file: 'g4-hf-detail-dots',
        path: `/models/${lossySlug(llama.id)}`,
        kind: 'hf-detail',
        markup: modelDetail(llama, 'AI Model', 'own'),
      },
      { file: 'g4-worker-list', path: '/workers', kind: 'worker-list', markup: oldWorkerList() },
      {
        file: 'g4-worker-detail',
        path: `/workers/${oldCpu.id}`,
        kind: 'worker-detail',
        markup: workerDetail(oldCpu, 'own'),
      },
    ],
  },
  {
    name: 'g5',
    seen: '2025-11-07 19:44 1fa04c4e',
    inherits: 'g4',
    redirects: {
      '/models': '/models/huggingface',
      [`/models/${lossySlug(theBloke.id)}`]: hf(theBloke),
      [`/models/${lossySlug(llama.id)}`]: hf(llama),
      [`/models/civitai-${dreamShaper.id}`]: `/models/civitai/civitai-${dreamShaper.id}`,
      '/models/civitai/month': '/models/civitai/filter/month',
    },
    pages: [
      { file: 'g5-hf-list', path: '/models/huggingface', kind: 'hf-list', markup: huggingFaceList },
      { file: 'g5-hf-filter', path: '/models/huggingface/filter/likes', kind: 'hf-list', markup: huggingFaceList },
      {
        file: 'g5-hf-detail',
        path: hf(theBloke),
        kind: 'hf-detail',
        markup: modelDetail(theBloke, 'HuggingFace Model', 'own'),
      },
      {
        file: 'g5-hf-detail-dots',
        path: hf(llama),
        kind: 'hf-detail',
        markup: modelDetail(llama, 'HuggingFace Model', 'own'),
      },
      { file: 'g5-civitai-list', path: '/models/civitai', kind: 'civitai-list', markup: civitaiList('civitai-') },
      {
        file: 'g5-civitai-filter-month',
        path: '/models/civitai/filter/month',
        kind: 'civitai-list',
        markup: civitaiList('civitai-'),
      },
      {
        file: 'g5-civitai-filter',
        path: '/models/civitai/filter/month/checkpoints/sdxl',
        kind: 'civitai-list',
        markup: civitaiList('civitai-'),
      },
      {
        file: 'g5-civitai-detail',
        path: `/models/civitai/civitai-${dreamShaper.id}`,
        kind: 'civitai-detail',
        markup: civitaiDetail(dreamShaper, 'own', 'wrong'),
      },
      { file: 'g5-worker-list', path: '/workers', kind: 'worker-list', markup: workerList },
      { file: 'g5-worker-filter', path: '/workers/filter/llm', kind: 'worker-list', markup: workerList },
      // The detail route still knew only the old ids: every link of the list led here.
      {
        file: 'g5-worker-not-found',
        path: `/workers/${newCpu.id}`,
        kind: 'not-found',
        status: 404,
        markup: missing('This worker'),
      },
      {
        file: 'g5-hf-not-found',
        path: '/models/huggingface/nobody--nothing',
        kind: 'not-found',
        status: 404,
        markup: missing('This model'),
      },
    ],
  },
  {
    name: 'g5b',
    seen: '2025-11-09 14:18',
    inherits: 'g5',
    pages: [
      {
        file: 'g5b-civitai-detail',
        path: `/models/civitai/civitai-${dreamShaper.id}`,
        kind: 'civitai-detail',
        markup: civitaiDetail(dreamShaper, 'own', 'right'),
      },
      {
        file: 'g5b-worker-detail',
        path: `/workers/${newCpu.id}`,
        kind: 'worker-detail',
        markup: workerDetail(newCpu, 'own'),
      },
    ],
  },
  {
    name: 'g6',
    seen: '2025-11-09 14:23 8edc8a1a',
    inherits: 'g5b',
    pages: [
      {
        file: 'g6-hf-detail',
        path: hf(theBloke),
        kind: 'hf-detail',
        markup: modelDetail(theBloke, 'HuggingFace Model', 'atoms'),
      },
      {
        file: 'g6-hf-detail-dots',
        path: hf(llama),
        kind: 'hf-detail',
        markup: modelDetail(llama, 'HuggingFace Model', 'atoms'),
      },
      {
        file: 'g6-civitai-detail',
        path: `/models/civitai/civitai-${dreamShaper.id}`,
        kind: 'civitai-detail',
        markup: civitaiDetail(dreamShaper, 'atoms', 'right'),
      },
      {
        file: 'g6-worker-detail',
        path: `/workers/${newCpu.id}`,
        kind: 'worker-detail',
        markup: workerDetail(newCpu, 'atoms'),
      },
    ],
  },
];
