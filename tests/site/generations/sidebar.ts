import { type CivitaiModel, civitaiModels, longNumber, lossySlug, type Model, manifestSlug, models } from '../data.ts';
import { type Html, html, raw } from '../html.ts';
import { hostileReadme, plainReadme } from '../readmes.ts';
import { document } from './frame.ts';
import type { Generation } from './page.ts';
import { badge, basicInformation, container, externalLink, huggingFaceLink, icon, outlineButton } from './parts.ts';
import { civitaiList, huggingFaceList, promotion } from './promotion.ts';

const [theBloke, llama] = models as readonly [Model, Model, ...Model[]];
const [dreamShaper] = civitaiModels as readonly [CivitaiModel, ...CivitaiModel[]];

const page = (title: string, inner: Html): string =>
  document({ title: `${title} | rbee Marketplace`, main: container(html`<div class="space-y-6">\n${inner}\n</div>`) });

export const threeColumns = (left: Html, right: Html): Html => html`<div class="space-y-6">
<div class="grid grid-cols-1 lg:grid-cols-3 gap-6">
<div class="lg:col-span-2 space-y-6">
${left}
</div>
<div class="lg:col-span-1 space-y-6">
${right}
</div>
</div>
</div>`;

const wide = 'w-full shadow-md hover:shadow-lg transition-all';

const smallStats = (downloads: number, likes: number): Html =>
  html`<div class="flex items-center gap-4 text-sm text-muted-foreground"><div class="flex items-center gap-1.5">${icon('size-4')}<span>${longNumber(downloads)}</span></div><div class="flex items-center gap-1.5">♥ <span>${longNumber(likes)}</span></div></div>`;

export function sidebarHeader(title: string | undefined, author: string, numbers: Html, link: Html): Html {
  const names = html`<div><h1 class="text-3xl font-bold tracking-tight mb-2">${title}</h1>
<p class="text-lg text-muted-foreground">by <span class="font-semibold">${author}</span></p></div>
`;
  return html`<div class="space-y-4">
${title && names}${numbers}
${link}
</div>`;
}

export const modelHeader = (model: Model, title: string | undefined): Html =>
  sidebarHeader(title, model.author, smallStats(model.downloads, model.likes), huggingFaceLink(model, wide));

export const modelFacts = (model: Model): Html =>
  html`<div data-slot="card" class="rounded border border-border bg-card p-6 space-y-4 shadow-lg"><h3 class="font-semibold text-lg">Details</h3><div class="flex items-center justify-between py-2"><span class="text-sm">Type</span>${badge(model.task)}</div><div class="flex items-center justify-between py-2"><span class="text-sm">Size</span><span class="text-sm">${model.size}</span></div></div>`;

const filesCard = (names: readonly string[]): Html =>
  html`<div data-slot="card" class="rounded border border-border bg-card p-6 space-y-4 shadow-lg"><h3 class="font-semibold text-lg">${names.length} ${names.length === 1 ? 'File' : 'Files'}</h3>${names.map((name) => html`<p class="text-sm font-mono truncate" title="${name}">${name}</p>`)}</div>`;

const readmeCard = (readme: string): Html =>
  html`<div data-slot="card" class="rounded border border-border bg-card"><div data-slot="card-content" class="p-6"><div class="markdown-content">
${raw(readme)}
</div></div></div>`;

type DetailOptions = { title?: string; readme?: string };

function modelDetail(model: Model, { title, readme = plainReadme(model) }: DetailOptions): string {
  return page(
    `${model.name} | HuggingFace Model`,
    html`${promotion(model.name, 'Download', 'atoms')}
${threeColumns(
  html`${readmeCard(readme)}\n${basicInformation(model.id, model.author, model.task)}`,
  html`${modelHeader(model, title)}\n${modelFacts(model)}\n${filesCard(model.files)}`,
)}`,
  );
}

const gallery = html`<div class="relative aspect-[3/4] overflow-hidden rounded"><img alt="Example" width="300" height="400" class="absolute inset-0 w-full h-full object-cover" src="/_next/static/media/picture.svg"/></div>`;

const civitaiFiles = (model: CivitaiModel): Html => {
  const files = model.versions[0]?.files ?? [];
  return html`<div data-slot="card" class="rounded border border-border bg-card p-6 space-y-4"><h3 class="font-semibold text-lg">${files.length} ${files.length === 1 ? 'File' : 'Files'}</h3>
${files.map(
  (
    file,
  ) => html`<div class="flex items-center justify-between gap-3"><p class="font-medium text-sm truncate" title="${file.name}">${file.name}</p><span class="text-xs font-mono">${file.size}</span><a data-slot="button" class="${outlineButton}" href="https://civitai.com/api/download/models/${model.versions[0]?.id}" target="_blank" rel="noopener noreferrer" title="Download file">${icon('size-4')}</a></div>
`,
)}</div>`;
};

const civitaiFacts = (model: CivitaiModel): Html =>
  html`<div data-slot="card" class="rounded border border-border bg-card p-6 space-y-4"><h3 class="font-semibold text-lg">Details</h3><p class="text-sm">Type ${badge(model.type)}</p><p class="text-sm">Base Model ${badge(model.base)}</p></div>`;

const civitaiLink = (model: CivitaiModel): Html =>
  externalLink(`https://civitai.com/models/${model.id}`, 'View on CivitAI', wide);

const description = (model: CivitaiModel): string =>
  `<p>${model.name}: a ${model.base} ${model.type.toLowerCase()}.</p>`;

// The first own template: no heading, the link last, and the author's HTML in `.prose`, not in `.markdown-content`.
const firstCivitaiDetail = (model: CivitaiModel, text: string): string =>
  page(
    `${model.name} | CivitAI Model`,
    html`${promotion(model.name, 'Download', 'atoms')}
<div class="space-y-8">${smallStats(model.downloads, model.likes)}
<div class="grid grid-cols-1 lg:grid-cols-3 gap-8"><div class="lg:col-span-2 space-y-6">${gallery}
<div data-slot="card" class="rounded border border-border bg-card p-6 shadow-lg"><div class="prose prose-sm dark:prose-invert max-w-none"><div>
${raw(text)}
</div></div></div></div>
<div class="space-y-6">${civitaiFacts(model)}${civitaiFiles(model)}${civitaiLink(model)}</div></div></div>`,
  );

const civitaiDetail = (model: CivitaiModel, text: string): string =>
  page(
    `${model.name} | CivitAI Model`,
    html`${promotion(model.name, 'Download', 'atoms')}
${threeColumns(
  html`${gallery}\n<div data-slot="card" class="rounded border border-border bg-card p-6 shadow-lg"><div class="markdown-content prose-sm">\n${raw(text)}\n</div></div>`,
  html`${sidebarHeader(model.name, model.author, smallStats(model.downloads, model.likes), civitaiLink(model))}\n${civitaiFacts(model)}\n${civitaiFiles(model)}`,
)}`,
  );

const hf = (model: Model): string => `/models/huggingface/${lossySlug(model.id)}`;
const civitaiPath = `/models/civitai/civitai-${dreamShaper.id}`;

export const sidebar: readonly Generation[] = [
  {
    name: 'g7a',
    seen: '2025-11-10 22:48 2f34a4a0',
    inherits: 'g6',
    pages: [
      { file: 'g7a-hf-detail', path: hf(theBloke), kind: 'hf-detail', markup: modelDetail(theBloke, {}) },
      {
        file: 'g7a-hf-detail-hostile',
        path: hf(llama),
        kind: 'hf-detail',
        markup: modelDetail(llama, { readme: hostileReadme }),
      },
      {
        file: 'g7a-civitai-detail',
        path: civitaiPath,
        kind: 'civitai-detail',
        markup: firstCivitaiDetail(dreamShaper, description(dreamShaper)),
      },
      {
        file: 'g7a-civitai-detail-hostile',
        path: '/models/civitai/civitai-58390',
        kind: 'civitai-detail',
        markup: firstCivitaiDetail(civitaiModels[1] ?? dreamShaper, hostileReadme),
      },
    ],
  },
  {
    name: 'g7',
    seen: '2025-11-10 23:13 1bc4efd9',
    inherits: 'g6',
    pages: [
      {
        file: 'g7-hf-detail',
        path: hf(theBloke),
        kind: 'hf-detail',
        markup: modelDetail(theBloke, { title: theBloke.name }),
      },
      {
        file: 'g7-hf-detail-hostile',
        path: hf(llama),
        kind: 'hf-detail',
        markup: modelDetail(llama, { title: llama.name, readme: hostileReadme }),
      },
      {
        file: 'g7-civitai-detail',
        path: civitaiPath,
        kind: 'civitai-detail',
        markup: civitaiDetail(dreamShaper, description(dreamShaper)),
      },
      {
        file: 'g7-civitai-detail-hostile',
        path: '/models/civitai/civitai-58390',
        kind: 'civitai-detail',
        markup: civitaiDetail(civitaiModels[1] ?? dreamShaper, hostileReadme),
      },
    ],
  },
  {
    name: 'g8',
    seen: '2025-11-11 00:15 6573baec',
    inherits: 'g7',
    pages: [
      // Pre-built pages keep the case; the table's rows still went to the lower-case form.
      {
        file: 'g8-hf-detail',
        path: `/models/huggingface/${manifestSlug(theBloke.id)}`,
        kind: 'hf-detail',
        markup: modelDetail(theBloke, { title: theBloke.name }),
      },
      {
        file: 'g8-hf-detail-dots',
        path: `/models/huggingface/${manifestSlug(llama.id)}`,
        kind: 'hf-detail',
        markup: modelDetail(llama, { title: llama.name }),
      },
      {
        file: 'g8-hf-list-query',
        path: '/models/huggingface?sort=likes&size=small',
        kind: 'hf-list',
        markup: huggingFaceList,
      },
      {
        file: 'g8-civitai-list-query',
        path: '/models/civitai?period=month&type=checkpoint',
        kind: 'civitai-list',
        markup: civitaiList('civitai-'),
      },
    ],
  },
  {
    name: 'g8b',
    seen: '2025-11-11 21:13 0dc77750',
    inherits: 'g8',
    pages: [
      { file: 'g8b-civitai-list', path: '/models/civitai', kind: 'civitai-list', markup: civitaiList('') },
      {
        file: 'g8b-civitai-detail',
        path: `/models/civitai/${dreamShaper.id}`,
        kind: 'civitai-detail',
        markup: civitaiDetail(dreamShaper, description(dreamShaper)),
      },
    ],
  },
];

export { civitaiFacts, civitaiFiles, civitaiLink, gallery, smallStats };
