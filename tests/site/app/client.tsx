/** @jsxImportSource react */
import { startTransition } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App, type Start } from './app.tsx';

declare global {
  interface Window {
    /** Every hydration or render problem React reported. Empty in a page nobody touched. */
    __siteErrors: { kind: 'recoverable' | 'caught' | 'uncaught'; message: string; stack: string }[];
    __siteStart: Start & { boundaryDelayMs: number };
  }
}

window.__siteErrors = [];
(window as { next?: object }).next = { version: '16.0.1', appDir: true };

const report =
  (kind: (typeof window.__siteErrors)[number]['kind']) =>
  (error: unknown, info: { componentStack?: string | null | undefined }) => {
    window.__siteErrors.push({ kind, message: String(error), stack: info.componentStack ?? '' });
    // As React does by itself: in the console, and so in the way of every test that listens there.
    reportError(error);
  };

const { boundaryDelayMs, ...start } = window.__siteStart;
const container = start.variant === 'root' ? document.getElementById('root') : document;
const gate =
  boundaryDelayMs > 0 ? fetch(`/site-gate?ms=${boundaryDelayMs}`).then((response) => response.text()) : undefined;

if (container) {
  startTransition(() => {
    hydrateRoot(container, <App {...start} gate={gate} />, {
      onRecoverableError: report('recoverable'),
      onCaughtError: report('caught'),
      onUncaughtError: report('uncaught'),
    });
  });
}
