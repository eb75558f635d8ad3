/** @jsxImportSource react */
import { useEffect, useState } from 'react';
import type { CivitaiModel, Model, Worker } from '../data.ts';
import { ModelListCard, VerticalCard, WorkerListCard } from './cards.tsx';
import { useNavigate } from './router.tsx';
import { Container, Heading } from './ui.tsx';

export function Home({ llms, images }: { llms: readonly Model[]; images: readonly CivitaiModel[] }) {
  return (
    <Container>
      <div className="space-y-12">
        <Heading title="rbee Marketplace" text="Models and workers for your own machines" />
        <section className="space-y-4">
          <h2 className="text-2xl font-bold">Trending LLM Models</h2>
          <div className="grid grid-cols-1 md:grid-cols-2 lg:grid-cols-3 gap-4">
            {llms.map((model) => (
              <ModelListCard key={model.id} model={model} />
            ))}
          </div>
        </section>
        <section className="space-y-4">
          <h2 className="text-2xl font-bold">Trending Image Models</h2>
          <div className="grid grid-cols-1 md:grid-cols-2 lg:grid-cols-3 xl:grid-cols-5 gap-4">
            {images.map((model) => (
              <VerticalCard key={model.id} model={model} />
            ))}
          </div>
        </section>
      </div>
    </Container>
  );
}

type Order = 'downloads' | 'name';

/** The browser fetches this list. Filters do not change the address; another order causes a request. */
export function HuggingFaceList({ cards, listed }: { cards: number; listed?: readonly Model[] | undefined }) {
  const [models, setModels] = useState(listed);
  const [order, setOrder] = useState<Order>('downloads');
  const [text, setText] = useState('');
  const [gguf, setGguf] = useState(false);

  useEffect(() => {
    const controller = new AbortController();
    setModels(undefined);
    fetch(`/models-json?cards=${cards}&sort=${order}`, { signal: controller.signal })
      .then((response) => response.json())
      .then(setModels, () => {});
    return () => controller.abort();
  }, [cards, order]);

  const shown = models?.filter(
    ({ id }) => id.toLowerCase().includes(text.toLowerCase()) && (!gguf || /gguf/i.test(id)),
  );

  return (
    <Container>
      <Heading title="HuggingFace Models" text="Language models from HuggingFace" />
      <div className="flex gap-6">
        <aside className="filters space-y-4 font-sans text-sm">
          <label className="block">
            Search
            <input type="search" value={text} onChange={(event) => setText(event.target.value)} />
          </label>
          <label className="block">
            Sort by
            <select value={order} onChange={(event) => setOrder(event.target.value as Order)}>
              <option value="downloads">Downloads</option>
              <option value="name">Name</option>
            </select>
          </label>
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={gguf} onChange={(event) => setGguf(event.target.checked)} />
            GGUF only
          </label>
        </aside>
        <main className="flex-1 min-w-0">
          {shown ? (
            <div className="grid grid-cols-1 md:grid-cols-2 xl:grid-cols-3 gap-3">
              {shown.map((model) => (
                <ModelListCard key={model.id} model={model} />
              ))}
            </div>
          ) : (
            <p className="text-muted-foreground">Loading models…</p>
          )}
        </main>
      </div>
    </Container>
  );
}

const periods = ['day', 'week', 'month'];

export function CivitaiList({ models }: { models: readonly CivitaiModel[] }) {
  const navigate = useNavigate();
  return (
    <Container>
      <Heading title="CivitAI Models" text="Image models from CivitAI" />
      <div className="flex gap-2 mb-4 font-sans text-sm">
        {periods.map((period) => (
          <button
            key={period}
            type="button"
            className="rounded border border-border px-3 py-2"
            onClick={() => navigate(`/models/civitai?period=${period}`)}
          >
            {period}
          </button>
        ))}
      </div>
      <div className="grid grid-cols-1 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4 gap-6">
        {models.map((model) => (
          <VerticalCard key={model.id} model={model} />
        ))}
      </div>
    </Container>
  );
}

export function WorkerList({ workers }: { workers: readonly Worker[] }) {
  return (
    <Container>
      <Heading title="AI Workers" text="Workers for your own machines" />
      <div className="grid grid-cols-1 md:grid-cols-2 lg:grid-cols-4 gap-6">
        {workers.map((worker) => (
          <WorkerListCard key={worker.id} worker={worker} />
        ))}
      </div>
    </Container>
  );
}
