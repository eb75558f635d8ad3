/** @jsxImportSource react */
import { startTransition } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App, type Start } from './app.tsx';

declare global {
  interface Window {
    /** Every hydration or render error of React. Empty in an unmodified page. */
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
    // Also reported in the console, as React does by default, so that the test fails.
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
