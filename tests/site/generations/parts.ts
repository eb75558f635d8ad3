import { type CivitaiModel, longNumber, type Model, shortNumber, type Worker } from '../data.ts';
import { type Html, html } from '../html.ts';

/** Pieces that more than one older generation used with the same markup. */

const shapes = { download: 'M12 4v12m-5-5 5 5 5-5M5 20h14', external: 'M14 4h6v6m0-6-9 9M18 14v6H4V6h6' } as const;

export const icon = (classes: string, shape: keyof typeof shapes = 'download'): Html =>
  html`<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true" class="${classes}"><path d="${shapes[shape]}"/></svg>`;

const buttonBase =
  'inline-flex items-center justify-center gap-2 whitespace-nowrap rounded text-sm font-medium transition-all font-sans';
export const outlineButton = `${buttonBase} border border-border bg-transparent hover:bg-muted h-10 px-6`;
export const primaryButton = `${buttonBase} bg-primary text-primary-foreground hover:bg-accent h-9 px-4`;

export const badge = (text: string): Html =>
  html`<span data-slot="badge" class="inline-flex items-center rounded border border-border px-2 text-xs font-sans">${text}</span>`;

export function externalLink(href: string, label: string, classes = ''): Html {
  return html`<a data-slot="button" class="${outlineButton}${classes && ` ${classes}`}" href="${href}" target="_blank" rel="noopener noreferrer">${icon('size-4 mr-2', 'external')}${label}</a>`;
}

export const huggingFaceLink = (model: Model, classes?: string): Html =>
  externalLink(`https://huggingface.co/${model.id}`, 'View on HuggingFace', classes);

export function card(title: string, content: Html): Html {
  return html`<div data-slot="card" class="rounded border border-border bg-card shadow-lg">
<div data-slot="card-header" class="p-6"><h3 data-slot="card-title" class="font-semibold leading-none">${title}</h3></div>
<div data-slot="card-content" class="p-6 pt-0 space-y-4">${content}</div>
</div>`;
}

function item(label: string, value: string, code = false): Html {
  const shown = code
    ? html`<code class="block text-sm bg-muted px-3 py-2 rounded font-mono break-all">${value}</code>`
    : html`<p class="text-sm">${value}</p>`;
  return html`<div class="space-y-1">
<div class="flex items-center gap-2"><p class="text-sm font-medium text-muted-foreground">${label}</p></div>
${shown}
</div>`;
}

/** The card that carries the id, the same from the first generation to the last. */
export const basicInformation = (id: string, author: string, task: string): Html =>
  card('Basic Information', html`${item('Model ID', id, true)}${item('Author', author)}${item('Pipeline', task)}`);

/** Lists only names a hard-coded filter knew: a GGUF file never appears here. */
export function essentialFiles(files: readonly string[]): Html {
  if (!files.length) return html``;
  return card(
    'Essential Files',
    html`${files.map((file) => html`<div class="flex items-center gap-2"><span class="text-sm font-mono">${file}</span></div>`)}`,
  );
}

export const stats = (downloads: number, likes: number): Html =>
  html`<div class="flex flex-wrap items-center gap-6 text-sm"><span>${longNumber(downloads)} downloads</span><span>${longNumber(likes)} likes</span></div>`;

export function modelTable(models: readonly Model[]): Html {
  const row = (model: Model): Html => html`<tr data-slot="table-row" class="border-b border-border cursor-pointer">
<td data-slot="table-cell"><div class="min-w-0"><div class="font-semibold text-foreground truncate">${model.name}</div><div class="text-xs text-muted-foreground truncate">${model.task} · ${model.size}</div></div></td>
<td data-slot="table-cell"><span class="text-sm text-muted-foreground truncate block">${model.author || '—'}</span></td>
<td data-slot="table-cell" class="text-right">${shortNumber(model.downloads)}</td>
<td data-slot="table-cell" class="text-right">${shortNumber(model.likes)}</td>
<td data-slot="table-cell"><div class="flex flex-wrap gap-1">${model.tags.slice(0, 2).map(badge)}${model.tags.length > 2 && badge(`+${model.tags.length - 2}`)}</div></td>
</tr>
`;
  return html`<div class="rounded-lg border border-border/50 overflow-x-auto"><div data-slot="table-container"><table data-slot="table" class="table-fixed">
<thead data-slot="table-header"><tr data-slot="table-row"><th>Model</th><th>Author</th><th>DL</th><th>Likes</th><th>Tags</th></tr></thead>
<tbody data-slot="table-body">
${models.map(row)}</tbody></table></div></div>`;
}

const picture = (text: string): Html =>
  html`<img alt="${text}" width="300" height="400" class="absolute inset-0 w-full h-full object-cover" src="/_next/static/media/picture.svg"/>`;

export function verticalCard(model: CivitaiModel): Html {
  return html`<div data-slot="card" class="group h-full flex flex-col overflow-hidden rounded border border-border bg-card">
<div class="relative w-full aspect-[3/4] overflow-hidden">${picture(model.name)}
<div class="absolute top-3 left-3 right-3 flex flex-wrap gap-1.5">${model.tags.slice(0, 2).map(badge)}</div>
<div class="absolute bottom-0 left-0 right-0 p-4"><div class="flex items-center gap-3 text-xs text-white">⬇ ${shortNumber(model.downloads)} ♥ ${shortNumber(model.likes)}</div><p class="text-sm text-white">${model.author}</p>
<h3 class="text-xl font-bold text-white drop-shadow-lg line-clamp-2 leading-tight">${model.name}</h3></div></div>
<div data-slot="card-footer" class="flex items-center justify-between border-t border-border px-4 pt-3 pb-3">${badge(model.size)}${model.tags.length > 2 && badge(`+${model.tags.length - 2} more`)}</div>
</div>`;
}

export const civitaiGrid = (cards: readonly Html[]): Html =>
  html`<div class="grid grid-cols-1 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4 gap-6">
${cards.map((one) => html`${one}\n`)}</div>`;

export const linked = (href: string, inner: Html, classes = 'block'): Html =>
  html`<a class="${classes}" href="${href}">${inner}</a>`;

/** The card of 2025-11-07 to 11-11; its footer stays empty because the site never passed it a handler. */
export function workerCard(worker: Worker): Html {
  return linked(
    `/workers/${worker.id}`,
    html`<div data-slot="card" class="rounded border border-border bg-card p-6 space-y-3">
<div data-slot="card-header"><h3 data-slot="card-title" class="font-semibold">${worker.name}</h3><p class="text-xs text-muted-foreground">v${worker.version} • ${worker.backends.map(badge)}</p></div>
<div data-slot="card-content"><p class="text-sm text-muted-foreground">${worker.description}</p><p class="text-xs font-medium">Platforms</p>${worker.platforms.map(badge)}<p class="text-xs font-medium">Architecture</p>${worker.architectures.map(badge)}</div>
<div data-slot="card-footer"></div>
</div>`,
  );
}

export const heading = (title: string, text: string): Html =>
  html`<div class="space-y-2 mb-8"><h1 class="text-4xl font-bold tracking-tight">${title}</h1><p class="text-muted-foreground">${text}</p></div>`;

export const container = (inner: Html): Html => html`<div class="container mx-auto px-4 py-8 max-w-7xl">${inner}</div>`;

export const listFrame = (title: string, text: string, inner: Html): Html =>
  container(html`${heading(title, text)}${inner}`);

export const notFound = (what: string): Html =>
  html`<div class="container mx-auto px-4 py-8 max-w-7xl text-center"><h1 class="text-4xl font-bold">404</h1><p>${what} could not be found.</p></div>`;
