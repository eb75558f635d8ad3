import { lossySlug, type Model, models } from '../data.ts';
import { type Html, html } from '../html.ts';
import { document, stamp } from './frame.ts';
import type { Generation } from './page.ts';
import {
  badge,
  basicInformation,
  card,
  container,
  essentialFiles,
  huggingFaceLink,
  listFrame,
  modelTable,
  stats,
} from './parts.ts';

const [theBloke, llama] = models as readonly [Model, Model, ...Model[]];

const search = html`<form class="mb-4"><input type="search" name="q" placeholder="Search models..." class="w-full border border-border rounded px-3 py-2"/></form>`;

export const tableList = (look?: 'old' | 'plain'): string =>
  document({
    title: 'Models | rbee Marketplace',
    ...(look && { look }),
    main: listFrame('LLM Models', 'Discover language models', html`${search}${modelTable(models)}`),
  });

const about = (model: Model): Html =>
  card('About', html`<p class="text-muted-foreground">${model.name} by ${model.author}, a ${model.task} model.</p>`);

/** Header and cards of 2025-11-05 to 11-10: the bare name as heading, the author beside it. */
export function detailBelow(model: Model): Html {
  return html`<div class="space-y-8">
<header class="space-y-6"><div class="space-y-4">
<div><h1 class="text-4xl md:text-5xl font-bold tracking-tight mb-2">${model.name}</h1>
<p class="text-xl text-muted-foreground">by <span class="font-semibold">${model.author}</span></p></div>
${stats(model.downloads, model.likes)}
<div class="flex flex-wrap gap-3">${huggingFaceLink(model)}</div>
</div></header>
<div class="grid grid-cols-1 lg:grid-cols-3 gap-6">
<aside class="lg:col-span-1 space-y-6">${essentialFiles(model.files)}</aside>
<article class="lg:col-span-2 space-y-6">${about(model)}${basicInformation(model.id, model.author, model.task)}${card('Tags', html`<div class="flex flex-wrap gap-1">${model.tags.map(badge)}</div>`)}</article>
</div>
</div>`;
}

// No heading at all, and the only generation that addressed pages by the encoded id before 2025-11-12.
const firstDetail = (model: Model): string =>
  document({
    title: `${model.name} | AI Model | rbee Marketplace`,
    look: 'plain',
    main: container(html`<div class="space-y-6"><div class="grid grid-cols-1 lg:grid-cols-3 gap-6">
<aside class="lg:col-span-1 space-y-6">
${card('Statistics', stats(model.downloads, model.likes))}
<nav class="space-y-3" aria-label="Model actions">${huggingFaceLink(model, 'w-full')}</nav>
${essentialFiles(model.files)}
</aside>
<article class="lg:col-span-2 space-y-6">${about(model)}${basicInformation(model.id, model.author, model.task)}</article>
</div></div>`),
  });

const secondDetail = (model: Model): string =>
  document({ title: `${model.name} | AI Model | rbee Marketplace`, look: 'old', main: container(detailBelow(model)) });

const placeholder = stamp(html`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"/><title>Create Next App</title>
<link rel="stylesheet" href="/_next/static/css/site.css"/>
<script src="/_next/static/chunks/older.js" async="" data-elements="?"></script></head>
<body class="antialiased"><div class="grid min-h-screen"><main class="flex flex-col gap-8"><ol><li>Get started by editing <code>app/page.tsx</code>.</li><li>Save and see your changes instantly.</li></ol>
<div class="flex gap-4"><a href="https://vercel.com/new" target="_blank" rel="noopener noreferrer">Deploy now</a><a href="https://nextjs.org/docs" target="_blank" rel="noopener noreferrer">Read our docs</a></div></main></div></body>
</html>
`);

export const tables: readonly Generation[] = [
  {
    name: 'g0',
    seen: '2025-11-04 11:34 e6f0d6c6',
    pages: [{ file: 'g0-home', path: '/', kind: 'stub', markup: placeholder }],
  },
  {
    name: 'g1',
    seen: '2025-11-04 22:57 a89ccddd',
    pages: [
      { file: 'g1-home', path: '/', kind: 'home', markup: tableList('plain') },
      { file: 'g1-hf-list', path: '/models', kind: 'hf-list', markup: tableList('plain') },
      { file: 'g1-search', path: '/search?q=llama', kind: 'search', markup: tableList('plain') },
      {
        file: 'g1-hf-detail',
        path: `/models/${encodeURIComponent(theBloke.id)}`,
        kind: 'hf-detail',
        markup: firstDetail(theBloke),
      },
      {
        file: 'g1-hf-detail-dots',
        path: `/models/${encodeURIComponent(llama.id)}`,
        kind: 'hf-detail',
        markup: firstDetail(llama),
      },
    ],
  },
  {
    name: 'g2',
    seen: '2025-11-05 00:15 504d7cef',
    pages: [
      { file: 'g2-home', path: '/', kind: 'home', markup: tableList('old') },
      { file: 'g2-hf-list', path: '/models', kind: 'hf-list', markup: tableList('old') },
      {
        file: 'g2-hf-detail',
        path: `/models/${lossySlug(theBloke.id)}`,
        kind: 'hf-detail',
        markup: secondDetail(theBloke),
      },
      {
        file: 'g2-hf-detail-dots',
        path: `/models/${lossySlug(llama.id)}`,
        kind: 'hf-detail',
        markup: secondDetail(llama),
      },
    ],
  },
];
