/** The part of the site's utility classes that its pages here use, written out from a few scales. */

const step = (n: number): string => `${n * 0.25}rem`;

const base = `
*, ::before, ::after { box-sizing: border-box; border: 0 solid; }
html { line-height: 1.5; -webkit-text-size-adjust: 100%; }
body, h1, h2, h3, p, pre, ul, ol { margin: 0; }
body { font-family: var(--font-ibm-plex-serif, serif); }
h1, h2, h3 { font-size: inherit; font-weight: inherit; }
ul, ol { padding-left: 1.75rem; }
a { color: inherit; text-decoration: inherit; }
button, input, select { font: inherit; color: inherit; background: transparent; padding: 0; }
img, svg { display: block; max-width: 100%; }
img { height: auto; }
table { border-collapse: collapse; width: 100%; text-align: left; }
th, td { padding: 0.5rem; }
[hidden] { display: none !important; }
`;

const own = `
[data-slot="button"] { font-family: var(--font-geist-sans, sans-serif); cursor: pointer; }
[data-slot="button"]:disabled { background: #e2e8f0; color: #94a3b8; pointer-events: none; }
.dark [data-slot="button"]:disabled { background: #1a2435; color: #6c7a90; }
[data-slot="table-container"] { overflow-x: auto; }
:focus-visible { outline: 2px solid var(--ring, #c47e08); outline-offset: 2px; }
.container { width: 100%; }
.nav-row { display: flex; align-items: center; gap: 1.25rem; height: 4rem; padding: 0 1rem; max-width: 80rem; margin: 0 auto; overflow-x: auto; white-space: nowrap; }
.filters { flex: 0 0 20rem; }
.dark [data-slot="button"]:not(:disabled).bg-primary { background: #b45309; }
.dark [data-slot="button"]:not(:disabled).bg-primary:hover { background: #d97706; }
.filters input[type="search"], .filters select { display: block; width: 100%; border: 1px solid var(--input); border-radius: 4px; padding: 0.4rem 0.5rem; background: var(--card); }
.markdown-content h2 { font-size: 1.5rem; font-weight: 700; margin-bottom: 1rem; }
.markdown-content h3 { font-size: 1.15rem; font-weight: 600; margin: 1.25rem 0 0.5rem; }
.markdown-content p { margin-bottom: 1.25rem; line-height: 1.75; }
.markdown-content a { color: #3b82f6; text-decoration: underline; }
.markdown-content pre { background: var(--muted); border-radius: 4px; padding: 0.75rem 1rem; overflow-x: auto; font-size: 0.8rem; }
.sr-only { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip: rect(0 0 0 0); white-space: nowrap; }
`;

const utilities: Record<string, string> = {
  block: 'display:block',
  flex: 'display:flex',
  'inline-flex': 'display:inline-flex',
  grid: 'display:grid',
  relative: 'position:relative',
  absolute: 'position:absolute',
  fixed: 'position:fixed',
  'inset-0': 'inset:0',
  'inset-x-0': 'left:0;right:0',
  'top-0': 'top:0',
  'top-3': 'top:.75rem',
  'left-0': 'left:0',
  'left-3': 'left:.75rem',
  'right-0': 'right:0',
  'right-3': 'right:.75rem',
  'bottom-0': 'bottom:0',
  'z-50': 'z-index:50',
  'flex-1': 'flex:1 1 0%',
  'flex-col': 'flex-direction:column',
  'flex-grow': 'flex-grow:1',
  'flex-wrap': 'flex-wrap:wrap',
  'items-center': 'align-items:center',
  'items-start': 'align-items:flex-start',
  'justify-between': 'justify-content:space-between',
  'justify-center': 'justify-content:center',
  'min-w-0': 'min-width:0',
  'min-h-screen': 'min-height:100vh',
  'w-full': 'width:100%',
  'h-full': 'height:100%',
  'max-w-7xl': 'max-width:80rem',
  'mx-auto': 'margin-left:auto;margin-right:auto',
  'ml-auto': 'margin-left:auto',
  'overflow-hidden': 'overflow:hidden',
  'overflow-x-auto': 'overflow-x:auto',
  'pointer-events-none': 'pointer-events:none',
  'cursor-pointer': 'cursor:pointer',
  'cursor-not-allowed': 'cursor:not-allowed',
  'object-cover': 'object-fit:cover',
  'aspect-square': 'aspect-ratio:1',
  'aspect-[3/4]': 'aspect-ratio:3/4',
  'table-fixed': 'table-layout:fixed',
  border: 'border-width:1px',
  'border-b': 'border-bottom-width:1px',
  'border-t': 'border-top-width:1px',
  'border-border': 'border-color:var(--border)',
  'border-border/50': 'border-color:color-mix(in srgb,var(--border) 50%,transparent)',
  rounded: 'border-radius:4px',
  'rounded-md': 'border-radius:2px',
  'rounded-lg': 'border-radius:4px',
  'bg-background': 'background-color:var(--background)',
  'bg-card': 'background-color:var(--card)',
  'bg-muted': 'background-color:var(--muted)',
  'bg-primary': 'background-color:var(--primary)',
  'bg-secondary': 'background-color:var(--secondary)',
  'bg-transparent': 'background-color:transparent',
  'bg-gradient-to-r': 'background-image:linear-gradient(to right,var(--card),var(--muted))',
  'text-foreground': 'color:var(--foreground)',
  'text-muted-foreground': 'color:var(--muted-foreground)',
  'text-primary-foreground': 'color:var(--primary-foreground)',
  'text-white': 'color:#fff',
  'text-center': 'text-align:center',
  'text-right': 'text-align:right',
  'font-sans': 'font-family:var(--font-geist-sans,sans-serif)',
  'font-mono': 'font-family:var(--font-geist-mono,monospace)',
  'font-medium': 'font-weight:500',
  'font-semibold': 'font-weight:600',
  'font-bold': 'font-weight:700',
  'tracking-tight': 'letter-spacing:-.025em',
  'leading-none': 'line-height:1',
  'leading-tight': 'line-height:1.25',
  'whitespace-nowrap': 'white-space:nowrap',
  'break-all': 'word-break:break-all',
  'break-words': 'overflow-wrap:anywhere',
  truncate: 'overflow:hidden;text-overflow:ellipsis;white-space:nowrap',
  'line-clamp-2': 'overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2',
  'shadow-sm': 'box-shadow:var(--shadow-sm)',
  'shadow-md': 'box-shadow:0 2px 6px rgba(15,23,42,.08)',
  'shadow-lg': 'box-shadow:0 4px 12px rgba(15,23,42,.08)',
  'drop-shadow-lg': 'text-shadow:0 1px 3px rgba(0,0,0,.6)',
  'transition-all': 'transition:transform .15s,box-shadow .15s,background-color .15s',
  'animate-spin': 'animation:spin 1s linear infinite',
  'hover:bg-muted': 'background-color:var(--muted)',
  'hover:bg-accent': 'background-color:var(--accent)',
  'hover:shadow-lg': 'box-shadow:0 6px 16px rgba(15,23,42,.14)',
  'hover:-translate-y-0.5': 'transform:translateY(-.125rem)',
  'hover:-translate-y-1': 'transform:translateY(-.25rem)',
};

const spacing: Record<string, string> = {
  p: 'padding',
  pt: 'padding-top',
  pb: 'padding-bottom',
  px: 'padding-inline',
  py: 'padding-block',
  mt: 'margin-top',
  mr: 'margin-right',
  mb: 'margin-bottom',
  gap: 'gap',
  h: 'height',
  w: 'width',
};

const text: Record<string, string> = {
  xs: '.75rem',
  sm: '.875rem',
  lg: '1.125rem',
  xl: '1.25rem',
  '2xl': '1.5rem',
  '3xl': '1.875rem',
  '4xl': '2.25rem',
  '5xl': '3rem',
};

const breakpoints: Record<string, string> = { sm: '40rem', md: '48rem', lg: '64rem', xl: '80rem' };

const escapeClass = (name: string): string => name.replace(/[^\w-]/g, '\\$&');

function rule(name: string, declarations: string): string {
  return `.${escapeClass(name)}${name.startsWith('hover:') ? ':hover' : ''}{${declarations}}`;
}

function scales(prefix = ''): string[] {
  return [
    ...[1, 2, 3, 4, 5].map((n) => rule(`${prefix}grid-cols-${n}`, `grid-template-columns:repeat(${n},minmax(0,1fr))`)),
    ...[1, 2].map((n) => rule(`${prefix}col-span-${n}`, `grid-column:span ${n}/span ${n}`)),
    rule(`${prefix}flex-row`, 'flex-direction:row'),
    ...Object.entries(text).map(([size, value]) => rule(`${prefix}text-${size}`, `font-size:${value}`)),
  ];
}

/** `site.css` as the server sends it. */
export function siteCss(): string {
  const steps = [0, 1, 1.5, 2, 3, 4, 6, 8, 9, 10, 12, 16];
  return [
    // The layers of Tailwind 4, so that rules outside of them win as on the real site.
    `@layer base{${base}}`,
    '@keyframes spin{to{transform:rotate(360deg)}}',
    '@layer utilities{',
    ...scales(),
    ...Object.entries(spacing).flatMap(([short, property]) =>
      steps.map((n) => rule(`${short}-${n}`, `${property}:${step(n)}`)),
    ),
    // As in Tailwind 4: the space is below all but the last child, so what comes last changes the one before it.
    ...steps.map((n) => `:where(.${escapeClass(`space-y-${n}`)}>:not(:last-child)){margin-bottom:${step(n)}}`),
    ...steps.map((n) => rule(`size-${n}`, `width:${step(n)};height:${step(n)};flex:none`)),
    ...Object.entries(utilities).map(([name, declarations]) => rule(name, declarations)),
    ...Object.entries(breakpoints).map(
      ([name, width]) => `@media (min-width:${width}){${scales(`${name}:`).join('')}}`,
    ),
    '}',
    own,
    '@media (min-width:48rem){.nav-row{height:3.5rem}}',
  ].join('\n');
}
