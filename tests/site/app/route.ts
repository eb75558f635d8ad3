import { type CivitaiModel, civitaiModels, type Model, models, type Worker, workers } from '../data.ts';

/** The server's data for an address. `listed` is set only in saved samples, because the browser fetches the list. */
export type Route =
  | { kind: 'home'; llms: readonly Model[]; images: readonly CivitaiModel[] }
  | { kind: 'hf-list'; cards: number; listed?: readonly Model[] }
  | { kind: 'hf-detail'; model: Model; readme: 'plain' | 'hostile' | 'none' }
  | { kind: 'civitai-list'; models: readonly CivitaiModel[] }
  | { kind: 'civitai-detail'; model: CivitaiModel; readme: 'plain' | 'hostile' | 'none' }
  | { kind: 'worker-list'; workers: readonly Worker[] }
  | { kind: 'worker-detail'; worker: Worker; readme: 'plain' | 'hostile' | 'none' }
  | { kind: 'not-found' };

export type RouteOptions = { cards: number; readme: 'plain' | 'hostile' | 'none' };

/** The first `count` models: the real ones, then invented ones in the order of their ids. */
export function listModels(count: number): readonly Model[] {
  return Array.from(
    { length: count },
    (_, index) => models[index] ?? namedModel(`bench/model-${String(index).padStart(4, '0')}-GGUF`),
  );
}

function namedModel(id: string): Model {
  const known = models.find((model) => model.id === id);
  if (known) return known;
  const [author = '', name = ''] = id.split('/');
  return {
    id,
    author,
    name,
    task: 'text-generation',
    downloads: 1_000,
    likes: 10,
    size: '—',
    license: 'mit',
    tags: ['gguf'],
    files: [],
  };
}

/** As today's server does: without a slash, the text before the first `-` is the organisation. */
function decodeModelId(segment: string): string {
  const id = decodeURIComponent(segment);
  return id.includes('/') ? id : id.replace('-', '/');
}

export function readRoute(pathname: string, { cards, readme }: RouteOptions): Route | undefined {
  const [section, provider, segment] = pathname.split('/').slice(1);
  if (pathname === '/')
    return { kind: 'home', llms: listModels(Math.min(cards, models.length)), images: civitaiModels };
  if (section === 'models' && provider === 'huggingface') {
    if (!segment) return { kind: 'hf-list', cards };
    const id = decodeModelId(segment);
    return /^[^/]+\/[^/]+$/.test(id) && !id.startsWith('nobody/')
      ? { kind: 'hf-detail', model: namedModel(id), readme }
      : { kind: 'not-found' };
  }
  if (section === 'models' && provider === 'civitai') {
    if (!segment) return { kind: 'civitai-list', models: civitaiModels };
    const id = Number(/\d+/.exec(segment)?.[0]);
    const model = civitaiModels.find((one) => one.id === id);
    return model ? { kind: 'civitai-detail', model, readme } : { kind: 'not-found' };
  }
  if (section === 'workers') {
    if (!provider) return { kind: 'worker-list', workers };
    const worker = workers.find(({ id }) => id === provider);
    return worker ? { kind: 'worker-detail', worker, readme } : { kind: 'not-found' };
  }
  return undefined;
}

export function pageTitle(route: Route): string {
  switch (route.kind) {
    case 'hf-detail':
      return `${route.model.id} | HuggingFace Model`;
    case 'civitai-detail':
      return `${route.model.name} | CivitAI Model`;
    case 'worker-detail':
      return `${route.worker.name} | AI Worker`;
    case 'not-found':
      return '404: This page could not be found.';
    default:
      return 'rbee Marketplace';
  }
}
