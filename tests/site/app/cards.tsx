/** @jsxImportSource react */
import { type CivitaiModel, type Model, shortNumber, type Worker } from '../data.ts';
import { Link } from './router.tsx';
import { Badge } from './ui.tsx';

export const picture = '/_next/static/media/picture.svg';

export function ModelListCard({ model }: { model: Model }) {
  return (
    <Link className="block h-full" href={`/models/huggingface/${encodeURIComponent(model.id)}`}>
      <div
        data-slot="card"
        className="group relative overflow-hidden rounded border border-border bg-card shadow-sm transition-all h-full cursor-pointer hover:-translate-y-0.5"
      >
        <div className="p-4 space-y-3">
          <div className="flex items-start justify-between gap-3">
            <div className="flex-1 min-w-0">
              <h3 className="text-sm font-medium leading-tight truncate">
                <span>{model.author}</span>
                <span>/</span>
                <span className="font-semibold">{model.name}</span>
              </h3>
            </div>
            <Badge>{model.task}</Badge>
          </div>
          <div className="flex items-center gap-4 text-xs text-muted-foreground">
            <span>⬇ {shortNumber(model.downloads)}</span>
            <span>♥ {shortNumber(model.likes)}</span>
          </div>
        </div>
        <div className="absolute inset-0 pointer-events-none" />
      </div>
    </Link>
  );
}

export function VerticalCard({ model }: { model: CivitaiModel }) {
  return (
    <Link className="block h-full" href={`/models/civitai/${model.id}`}>
      <div
        data-slot="card"
        className="group h-full flex flex-col overflow-hidden rounded border border-border bg-card transition-all hover:-translate-y-1"
      >
        <div className="relative w-full aspect-[3/4] overflow-hidden">
          <img
            alt={model.name}
            width={300}
            height={400}
            className="absolute inset-0 w-full h-full object-cover"
            src={picture}
          />
          <div className="absolute top-3 left-3 right-3 flex flex-wrap gap-1.5 text-white">
            {model.tags.slice(0, 2).map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </div>
          <div className="absolute bottom-0 left-0 right-0 p-4 text-white">
            <div className="flex items-center gap-3 text-xs font-medium mb-3">
              <span>⬇ {shortNumber(model.downloads)}</span>
              <span>♥ {shortNumber(model.likes)}</span>
            </div>
            <p className="text-sm font-medium truncate">{model.author}</p>
            <h3 className="text-xl font-bold text-white drop-shadow-lg line-clamp-2 leading-tight">{model.name}</h3>
          </div>
        </div>
        <div
          data-slot="card-footer"
          className="flex items-center justify-between border-t border-border pt-3 pb-3 px-4"
        >
          <Badge>{model.size}</Badge>
          {model.tags.length > 2 && <Badge>+{model.tags.length - 2} more</Badge>}
        </div>
      </div>
    </Link>
  );
}

export function WorkerListCard({ worker }: { worker: Worker }) {
  return (
    <Link className="block" href={`/workers/${worker.id}`}>
      <div className="border border-border rounded-lg overflow-hidden transition-all bg-card h-full flex flex-col cursor-pointer">
        <div className="relative w-full aspect-square bg-muted">
          <img
            alt={worker.name}
            width={400}
            height={400}
            className="absolute inset-0 w-full h-full object-cover"
            src={picture}
          />
        </div>
        <div className="p-4 flex-grow flex flex-col">
          <div className="mb-2">
            <h3 className="font-bold text-lg truncate">{worker.name}</h3>
            <p className="text-xs text-muted-foreground">v{worker.version}</p>
          </div>
          <div className="flex flex-wrap gap-1 mb-2">
            {worker.backends.map((backend) => (
              <Badge key={backend}>{backend}</Badge>
            ))}
          </div>
          <p className="text-sm text-muted-foreground line-clamp-2">{worker.description}</p>
        </div>
      </div>
    </Link>
  );
}
