/** @jsxImportSource react */
import type { ReactNode } from 'react';

const buttonBase =
  'inline-flex items-center justify-center gap-2 whitespace-nowrap rounded text-sm font-medium transition-all font-sans';

export const outline = `${buttonBase} border border-border bg-transparent hover:bg-muted h-10 px-6`;
export const primary = `${buttonBase} bg-primary text-primary-foreground hover:bg-accent h-9 px-4`;

const shapes = {
  download: 'M12 4v12m-5-5 5 5 5-5M5 20h14',
  external: 'M14 4h6v6m0-6-9 9M18 14v6H4V6h6',
  hexagon: 'm12 3 7.8 4.5v9L12 21l-7.8-4.5v-9z',
} as const;

export function Icon({ className, shape = 'download' }: { className: string; shape?: keyof typeof shapes }) {
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width="24"
      height="24"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      aria-hidden="true"
      className={className}
    >
      <path d={shapes[shape]} />
    </svg>
  );
}

export function Badge({ children }: { children: ReactNode }) {
  return (
    <span
      data-slot="badge"
      className="inline-flex items-center rounded border border-border px-2 text-xs font-sans whitespace-nowrap"
    >
      {children}
    </span>
  );
}

type CardProps = { title: string; className?: string; children: ReactNode };

export function Card({ title, className = 'space-y-4', children }: CardProps) {
  return (
    <div data-slot="card" className="rounded border border-border bg-card shadow-lg">
      <div data-slot="card-header" className="p-6">
        <h3 data-slot="card-title" className="font-semibold leading-none">
          {title}
        </h3>
      </div>
      <div data-slot="card-content" className={`p-6 pt-0 ${className}`}>
        {children}
      </div>
    </div>
  );
}

type FactProps = { label: string; value: string; code?: boolean };

export function Fact({ label, value, code }: FactProps) {
  return (
    <div className="space-y-1">
      <div className="flex items-center gap-2">
        <p className="text-sm font-medium text-muted-foreground">{label}</p>
      </div>
      {code ? (
        <code className="block text-sm bg-muted px-3 py-2 rounded font-mono break-all">{value}</code>
      ) : (
        <p className="text-sm">{value}</p>
      )}
    </div>
  );
}

type ExternalLinkProps = { href: string; className?: string; children: ReactNode };

export function ExternalLink({ href, className, children }: ExternalLinkProps) {
  return (
    <a
      data-slot="button"
      className={className ? `${outline} ${className}` : outline}
      href={href}
      target="_blank"
      rel="noopener noreferrer"
    >
      <Icon className="size-4 mr-2" shape="external" />
      {children}
    </a>
  );
}

export function Container({ children }: { children: ReactNode }) {
  return <div className="container mx-auto px-4 py-8 max-w-7xl">{children}</div>;
}

export function Heading({ title, text }: { title: string; text: string }) {
  return (
    <div className="space-y-2 mb-8">
      <p className="text-4xl font-bold tracking-tight">{title}</p>
      <p className="text-muted-foreground">{text}</p>
    </div>
  );
}

/** HTML of a README, unsanitised, as on the marketplace. */
export function Markdown({ html, className }: { html: string; className: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the real page shows authors' HTML unsanitised.
  return <div className={className} dangerouslySetInnerHTML={{ __html: html }} />;
}
