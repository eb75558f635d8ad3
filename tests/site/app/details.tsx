/** @jsxImportSource react */
import { type ReactNode, useState } from 'react';
import { type CivitaiModel, longNumber, type Model, type Worker } from '../data.ts';
import { hostileReadme, plainReadme } from '../readmes.ts';
import { picture } from './cards.tsx';
import type { RouteOptions } from './route.ts';
import { Badge, Card, Container, ExternalLink, Fact, Icon, Markdown, outline, primary } from './ui.tsx';

type Readme = RouteOptions['readme'];

const wide = 'w-full shadow-md hover:shadow-lg transition-all';

function ThreeColumns({ left, right }: { left: ReactNode; right: ReactNode }) {
  return (
    <div className="grid grid-cols-1 lg:grid-cols-3 gap-6">
      <div className="lg:col-span-2 space-y-6">{left}</div>
      <div className="lg:col-span-1 space-y-6">{right}</div>
    </div>
  );
}

type HeaderProps = { title: string; author: string; downloads: number; likes: number; link: ReactNode };

function Header({ title, author, downloads, likes, link }: HeaderProps) {
  return (
    <div className="space-y-4">
      <div>
        <h1 className="text-3xl font-bold tracking-tight mb-2 break-words">{title}</h1>
        <p className="text-lg text-muted-foreground">
          by <span className="font-semibold">{author}</span>
        </p>
      </div>
      <div className="flex items-center gap-4 text-sm text-muted-foreground">
        <div className="flex items-center gap-1.5">
          <Icon className="size-4" />
          <span>{longNumber(downloads)}</span>
        </div>
        <div className="flex items-center gap-1.5">
          ♥ <span>{longNumber(likes)}</span>
        </div>
      </div>
      {link}
    </div>
  );
}

function FactsCard({ facts }: { facts: Readonly<Record<string, string>> }) {
  return (
    <div data-slot="card" className="rounded border border-border bg-card p-6 space-y-4 shadow-lg">
      <h3 className="font-semibold text-lg">Details</h3>
      {Object.entries(facts).map(([label, value]) => (
        <div key={label} className="flex items-center justify-between py-2 text-sm">
          <span className="text-muted-foreground">{label}</span>
          <Badge>{value}</Badge>
        </div>
      ))}
    </div>
  );
}

const readmeHtml = (readme: Readme, plain: string): string => (readme === 'hostile' ? hostileReadme : plain);

export function HuggingFaceDetail({ model, readme }: { model: Model; readme: Readme }) {
  const left = (
    <>
      {readme !== 'none' && (
        <Markdown className="markdown-content overflow-hidden" html={readmeHtml(readme, plainReadme(model))} />
      )}
      <Card title="Usage">
        <pre className="text-sm bg-muted rounded font-mono px-3 py-2 overflow-x-auto">{`pipeline("${model.task}", model="${model.id}")`}</pre>
      </Card>
    </>
  );
  const right = (
    <>
      <Header
        title={model.id}
        author={model.author}
        downloads={model.downloads}
        likes={model.likes}
        link={
          <ExternalLink className={wide} href={`https://huggingface.co/${model.id}`}>
            View on HuggingFace
          </ExternalLink>
        }
      />
      <FactsCard facts={{ Type: model.task, Size: model.size, License: model.license }} />
      <Card title="Basic Information">
        <Fact label="Model ID" value={model.id} code />
        <Fact label="Author" value={model.author} />
        <Fact label="Pipeline" value={model.task} />
      </Card>
      <Card title="Inference Providers">
        <Fact label="Provider" value={`https://router.huggingface.co/${model.id}`} code />
        <ExternalLink href={`https://huggingface.co/${model.id}?inference_provider=auto`}>Use via API</ExternalLink>
      </Card>
      <Card title="Timeline">
        <Fact label="Last Modified" value="November 1, 2025" />
      </Card>
      <div className="flex flex-wrap gap-1">
        {model.tags.map((tag) => (
          <Badge key={tag}>{tag}</Badge>
        ))}
      </div>
    </>
  );
  return (
    <Container>
      <div className="space-y-6">
        <ThreeColumns left={left} right={right} />
      </div>
    </Container>
  );
}

export function CivitaiDetail({ model, readme }: { model: CivitaiModel; readme: Readme }) {
  const [chosen, choose] = useState(0);
  const version = model.versions[chosen] ?? model.versions[0];
  const files = version?.files ?? [];
  const left = (
    <>
      <div className="relative aspect-[3/4] overflow-hidden rounded bg-muted">
        <img
          alt={`${model.name} example`}
          width={300}
          height={400}
          className="absolute inset-0 w-full h-full object-cover"
          src={picture}
        />
      </div>
      <div data-slot="card" className="rounded border border-border bg-card p-6 shadow-lg">
        <Markdown
          className="markdown-content prose-sm"
          html={readmeHtml(readme, `<p>${model.name}: a ${model.base} ${model.type.toLowerCase()}.</p>`)}
        />
      </div>
    </>
  );
  const right = (
    <>
      <Header
        title={model.name}
        author={model.author}
        downloads={model.downloads}
        likes={model.likes}
        link={
          <ExternalLink className={wide} href={`https://civitai.com/models/${model.id}`}>
            View on CivitAI
          </ExternalLink>
        }
      />
      <FactsCard facts={{ Type: model.type, 'Base Model': model.base, Version: version?.name ?? '' }} />
      {model.trainedWords.length > 0 && (
        <Card title="Trained Words" className="flex flex-wrap gap-1">
          {model.trainedWords.map((word) => (
            <Badge key={word}>{word}</Badge>
          ))}
        </Card>
      )}
      <div data-slot="card" className="rounded border border-border bg-card p-6 space-y-4 shadow-lg">
        <h3 className="font-semibold text-lg">
          {files.length} {files.length === 1 ? 'File' : 'Files'}
        </h3>
        {files.map((file) => (
          <div key={file.name} className="flex items-center justify-between gap-3">
            <div className="min-w-0">
              <p className="font-medium text-sm truncate" title={file.name}>
                {file.name}
              </p>
              <span className="text-xs font-mono">{file.size}</span>
            </div>
            <a
              data-slot="button"
              className="inline-flex items-center rounded px-3 py-2"
              href={`https://civitai.com/api/download/models/${version?.id}`}
              target="_blank"
              rel="noopener noreferrer"
              title="Download file"
            >
              <Icon className="size-4" />
            </a>
          </div>
        ))}
      </div>
      <div className="flex flex-wrap gap-1">
        {model.tags.map((tag) => (
          <Badge key={tag}>{tag}</Badge>
        ))}
      </div>
    </>
  );
  return (
    <Container>
      <div className="space-y-6">
        <div className="flex flex-wrap gap-2">
          {model.versions.map(({ id, name }, index) => (
            <button
              key={id}
              type="button"
              data-slot="button"
              className={index === chosen ? primary : outline}
              onClick={() => choose(index)}
            >
              {name}
            </button>
          ))}
        </div>
        <ThreeColumns left={left} right={right} />
      </div>
    </Container>
  );
}

export function WorkerDetail({ worker, readme }: { worker: Worker; readme: Readme }) {
  const badges = (texts: readonly string[]) => texts.map((text) => <Badge key={text}>{text}</Badge>);
  return (
    <Container>
      <div className="space-y-6">
        <div className="grid grid-cols-1 lg:grid-cols-3 gap-6">
          <div className="lg:col-span-2">
            {readme === 'none' ? (
              <Card title="About">
                <p className="text-muted-foreground">{worker.description}</p>
              </Card>
            ) : (
              <Markdown
                className="markdown-content"
                html={readmeHtml(readme, `<h2>${worker.name}</h2><p>${worker.description}</p>`)}
              />
            )}
          </div>
          <div className="space-y-6">
            <div className="relative w-full aspect-square rounded-lg overflow-hidden mb-4">
              <img
                alt={worker.name}
                width={400}
                height={400}
                className="absolute inset-0 w-full h-full object-cover"
                src={picture}
              />
            </div>
            <div className="space-y-2">
              <h1 className="text-2xl font-bold tracking-tight">{worker.name}</h1>
              <p className="text-sm text-muted-foreground">by rbee</p>
              <p className="text-sm text-muted-foreground">v{worker.version}</p>
            </div>
            <div className="flex flex-wrap gap-1 mt-4">{badges(worker.backends)}</div>
            <Card title="Install" className="space-y-3">
              <button type="button" data-slot="button" className={`${primary} w-full`} disabled>
                <Icon className="size-4" />
                Install Worker
              </button>
              <p className="text-xs text-muted-foreground">Installation coming soon</p>
            </Card>
            <Card title="Metadata" className="space-y-3">
              <Fact label="Author" value="rbee" />
              <Fact label="Version" value={`v${worker.version}`} />
            </Card>
            <Card title="Capabilities" className="flex flex-wrap gap-2">
              {badges(['GGUF', 'SAFETENSORS'])}
            </Card>
            <Card title="Platform Compatibility" className="flex flex-wrap gap-2">
              {badges([...worker.backends, ...worker.platforms, ...worker.architectures])}
            </Card>
            <Card title="License">
              <Badge>{worker.license}</Badge>
            </Card>
            <Card title="Links">
              <a
                data-slot="button"
                className={`${outline} w-full`}
                href={`https://gwc.rbee.dev/workers/${worker.id}`}
                target="_blank"
                rel="noopener noreferrer"
              >
                <Icon className="size-4" shape="external" />
                View on GitHub
              </a>
            </Card>
          </div>
        </div>
      </div>
    </Container>
  );
}
