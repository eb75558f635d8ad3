import { type Html, html, raw } from '../html.ts';

type Frame = {
  title: string;
  main: Html;
  /** `plain`: no design tokens, no nav (before 2025-11-05 and in the blank app); `old`: border colours before 2025-11-06. */
  look?: 'plain' | 'old' | 'bare';
  suspense?: boolean;
};

// What next-themes writes as the first script of <body>, reduced to what it does here.
export const themeScript = `(()=>{var d=document.documentElement,t='system';try{t=localStorage.getItem('theme')||t}catch(e){}if(t==='system')t=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light';d.classList.remove('light','dark');d.classList.add(t);d.style.colorScheme=t})()`;

// Borders and focus rings before 2025-11-06.
const oldColours =
  ':root{--border:#cbd5e1;--input:#cbd5e1;--ring:#f59e0b}.dark{--border:#263347;--input:#2a3a51;--ring:#b45309}';

const links = [
  ['/models', 'Models'],
  ['/workers', 'Workers'],
  ['https://docs.rbee.dev', 'Docs'],
  ['https://github.com/veighnsche/llama-orch', 'GitHub'],
] as const;

const nav = html`<nav aria-label="Primary" class="fixed top-0 inset-x-0 z-50 border-b border-border bg-background">
<div class="nav-row"><a href="/" class="font-bold">rbee Marketplace</a>${links.map(([href, label]) => html`<a href="${href}">${label}</a>`)}<button type="button" aria-label="Toggle theme" class="ml-auto">◐</button></div>
</nav>
`;

const footer = html`<footer class="border-t border-border"><div class="container mx-auto px-4 py-8 max-w-7xl"><p class="text-sm text-muted-foreground">rbee: free and open source</p></div></footer>
`;

/** The document around an older generation's page. Its script stands for the page's own React effects. */
export function document({ title, main, look }: Frame): string {
  const themed = look !== 'plain' && look !== 'bare';
  return stamp(html`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><title>${title}</title>${look !== 'plain' && raw('\n<link rel="stylesheet" href="/_next/static/css/tokens.css"/>')}
<link rel="stylesheet" href="/_next/static/css/site.css"/>${look === 'old' && raw(`\n<style>${oldColours}</style>`)}
<script src="/_next/static/chunks/older.js" async="" data-elements="?"${look === 'plain' && raw(' data-slug="encoded"')}></script></head>
<body class="bg-background text-foreground antialiased">
${themed && raw(`<script>${themeScript}</script>\n`)}${look !== 'plain' && nav}<main class="${look === 'plain' ? '' : 'pt-16'}">
${main}
</main>
${themed && footer}</body>
</html>
`);
}

/** Tells the page's script how many elements the server sent, so that it notices, as hydration did, what others added. */
export function stamp({ text }: Html): string {
  const count = text.replace(/(<script[^>]*>)[^<]*/g, '$1').match(/<[a-z]/g)?.length;
  return text.replace('data-elements="?"', `data-elements="${count}"`);
}

/** What an older generation answers where it has no page. */
export const missingPage = document({
  title: 'Model Not Found | rbee Marketplace',
  main: html`<div class="container mx-auto px-4 py-8 max-w-7xl"><h1 class="text-4xl font-bold">404</h1><p>This page could not be found.</p></div>`,
});
