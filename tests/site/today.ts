import type { Variant } from './app/app.tsx';
import { listModels, type Route, type RouteOptions, readRoute } from './app/route.ts';
import type { Kind } from './older.ts';

type TodaysPage = {
  file: string;
  path: string;
  kind: Kind;
  variant?: Variant;
  readme?: RouteOptions['readme'];
  /** The list after the browser has fetched it. The server never sends this page. */
  fetched?: true;
};

/** Today's pages that are saved as samples. */
export const todaysPages: readonly TodaysPage[] = [
  { file: 'g10-home', path: '/', kind: 'home' },
  { file: 'g10-hf-list-loading', path: '/models/huggingface', kind: 'hf-list' },
  { file: 'g10-hf-list', path: '/models/huggingface', kind: 'hf-list', fetched: true },
  { file: 'g10-hf-detail', path: '/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF', kind: 'hf-detail' },
  {
    file: 'g10-hf-detail-no-readme',
    path: '/models/huggingface/meta-llama%2FLlama-3.2-1B',
    kind: 'hf-detail',
    readme: 'none',
  },
  {
    file: 'g10-hf-detail-hostile',
    path: '/models/huggingface/meta-llama%2FLlama-3.2-1B',
    kind: 'hf-detail',
    readme: 'hostile',
  },
  { file: 'g10-hf-detail-dashed', path: '/models/huggingface/TheBloke-Llama-2-7B-Chat-GGUF', kind: 'hf-detail' },
  {
    file: 'g10-hf-detail-root',
    path: '/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF',
    kind: 'hf-detail',
    variant: 'root',
  },
  { file: 'g10-hf-not-found', path: '/models/huggingface/nobody%2Fnothing', kind: 'not-found' },
  { file: 'g10-civitai-list', path: '/models/civitai', kind: 'civitai-list' },
  { file: 'g10-civitai-list-query', path: '/models/civitai?period=month', kind: 'civitai-list' },
  { file: 'g10-civitai-detail', path: '/models/civitai/4384', kind: 'civitai-detail' },
  { file: 'g10-civitai-detail-hostile', path: '/models/civitai/58390', kind: 'civitai-detail', readme: 'hostile' },
  { file: 'g10-worker-list', path: '/workers', kind: 'worker-list' },
  { file: 'g10-worker-detail', path: '/workers/llm-worker-rbee', kind: 'worker-detail' },
  { file: 'g10-worker-detail-about', path: '/workers/sd-worker-rbee', kind: 'worker-detail', readme: 'none' },
  { file: 'g10-worker-detail-hostile', path: '/workers/sd-worker-rbee', kind: 'worker-detail', readme: 'hostile' },
];

export function todaysRoute({ path, readme = 'plain', fetched }: TodaysPage): Route {
  const cards = 6;
  const route = readRoute(new URL(path, 'https://marketplace.rbee.dev').pathname, { cards, readme });
  if (!route) throw new Error(`Today's site has no page at ${path}`);
  return fetched && route.kind === 'hf-list' ? { ...route, listed: listModels(cards) } : route;
}
