/** @jsxImportSource react */
import { PassThrough, type Readable } from 'node:stream';
import { renderToPipeableStream } from 'react-dom/server';
import { App, type Start } from './app.tsx';
import { pageTitle } from './route.ts';
import { themeScript } from './theme.ts';

export type RenderOptions = Start & {
  /** Delay of the page's boundary (`suspense` only). */
  streamDelayMs: number;
  /** Delay of the hydration of that boundary (`suspense` only). */
  boundaryDelayMs: number;
  onError(error: unknown): void;
};

const entry = (variant: Start['variant']): string =>
  variant === 'next' || variant === 'suspense' ? '/_next/static/chunks/main-app.js' : '/assets/app.js';

// Marks every element that the server sent, so that a test can check whether React kept it. Streamed parts are first inserted
// into hidden segments, so elements that are added there are from the server as well.
const markServed = `for(const e of document.querySelectorAll('*'))e.__served=true;new MutationObserver((rs)=>{for(const r of rs)for(const n of r.addedNodes)if(n.nodeType===1&&n.closest('div[hidden][id^="S:"]'))for(const e of [n,...n.querySelectorAll('*')])e.__served=true}).observe(document.body,{childList:true,subtree:true})`;

const inScript = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c');

/** Renders the page as a stream of HTML that can be hydrated. */
export function render({ streamDelayMs, boundaryDelayMs, onError, ...start }: RenderOptions): Readable {
  const gate = streamDelayMs > 0 ? new Promise((resolve) => setTimeout(resolve, streamDelayMs)) : undefined;
  const data = `self.__siteStart=${inScript({ ...start, boundaryDelayMs })};${markServed}`;
  const inDocument = start.variant !== 'root';
  const output = new PassThrough();
  const { pipe } = renderToPipeableStream(<App {...start} gate={gate} />, {
    ...(inDocument && { bootstrapScriptContent: data, bootstrapScripts: [entry(start.variant)] }),
    onShellReady() {
      if (inDocument) {
        pipe(output);
        return;
      }
      output.write(rootHead(pageTitle(start.route)));
      const inner = new PassThrough();
      pipe(inner);
      inner.pipe(output, { end: false });
      inner.on('end', () =>
        output.end(
          `</div><script>${data}</script><script src="${entry(start.variant)}" async=""></script></body></html>`,
        ),
      );
    },
    onShellError(error) {
      output.destroy(error instanceof Error ? error : new Error(String(error)));
    },
    onError,
  });
  return output;
}

const rootHead = (title: string): string =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><link rel="stylesheet" href="/assets/tokens.css"/><link rel="stylesheet" href="/assets/site.css"/><title>${title.replace(/[<&]/g, '')}</title></head><body class="bg-background text-foreground antialiased"><script>${themeScript}</script><div id="root">`;
