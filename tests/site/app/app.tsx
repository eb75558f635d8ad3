/** @jsxImportSource react */
import {
  type ReactNode,
  Suspense,
  startTransition,
  use,
  useCallback,
  useEffect,
  useInsertionEffect,
  useState,
} from 'react';
import { Announcer } from './announcer.tsx';
import { CivitaiDetail, HuggingFaceDetail, WorkerDetail } from './details.tsx';
import { CivitaiList, Home, HuggingFaceList, WorkerList } from './lists.tsx';
import { Nav } from './nav.tsx';
import { pageTitle, type Route } from './route.ts';
import { NavigateContext } from './router.tsx';
import { themeScript } from './theme.ts';
import { Container } from './ui.tsx';

/**
 * `next`: hydrates the document, with the marks of Next. `suspense`: the same, with the page inside a boundary that is streamed
 * and hydrated later. `late`: hydrates the document, without Next. `root`: React in a `<div id="root">`.
 */
export const variants = ['next', 'suspense', 'late', 'root'] as const;
export type Variant = (typeof variants)[number];

export type Start = { url: string; route: Route; variant: Variant };

/** The promise that suspends the page's boundary: a delay on the server, a request in the browser. */
export type Gate = Promise<unknown> | undefined;

export type AppProps = Start & { gate?: Gate };

function Page({ route }: { route: Route }) {
  switch (route.kind) {
    case 'home':
      return <Home {...route} />;
    case 'hf-list':
      return <HuggingFaceList {...route} />;
    case 'hf-detail':
      return <HuggingFaceDetail key={route.model.id} {...route} />;
    case 'civitai-list':
      return <CivitaiList {...route} />;
    case 'civitai-detail':
      return <CivitaiDetail key={route.model.id} {...route} />;
    case 'worker-list':
      return <WorkerList {...route} />;
    case 'worker-detail':
      return <WorkerDetail {...route} />;
    case 'not-found':
      return (
        <Container>
          <p className="text-4xl font-bold">404</p>
          <p>This page could not be found.</p>
        </Container>
      );
  }
}

declare global {
  interface Window {
    /** When the shell, and when the page in it, were hydrated (`performance.now()`). */
    __siteShellHydrated?: number;
    __siteHydrated?: number;
    /** The address of the displayed page, set in the commit that displays it. */
    __siteShows?: string;
  }
}

function Shown({ url, children }: { url: string; children: ReactNode }) {
  useEffect(() => {
    window.__siteHydrated ??= performance.now();
  }, []);
  useEffect(() => {
    window.__siteShows = url;
  }, [url]);
  return children;
}

function Gated({ gate, children }: { gate: Gate; children: ReactNode }) {
  if (gate) use(gate);
  return children;
}

async function loadRoute(url: string, signal: AbortSignal): Promise<Route> {
  const response = await fetch(url, { headers: { rsc: '1' }, signal });
  return response.json();
}

/** Client navigation: fetches the data of the page, changes it in a transition and pushes the address in the same commit. */
function useRouter(start: Start) {
  const [at, setAt] = useState({ url: start.url, route: start.route });
  const [pending, setPending] = useState<AbortController>();

  const show = useCallback((url: string) => {
    const controller = new AbortController();
    setPending((earlier) => {
      earlier?.abort();
      return controller;
    });
    loadRoute(url, controller.signal).then(
      (route) => startTransition(() => setAt({ url, route })),
      () => {},
    );
  }, []);

  useInsertionEffect(() => {
    if (at.url !== location.pathname + location.search) history.pushState({}, '', at.url);
  }, [at]);

  useEffect(() => {
    const onPopState = () => show(location.pathname + location.search);
    window.addEventListener('popstate', onPopState);
    return () => window.removeEventListener('popstate', onPopState);
  }, [show]);

  return { at, navigate: show, pending };
}

export function App({ gate, ...start }: AppProps) {
  const { at, navigate } = useRouter(start);
  const title = pageTitle(at.route);
  const inDocument = start.variant !== 'root';
  const next = start.variant === 'next' || start.variant === 'suspense';

  useEffect(() => {
    window.__siteShellHydrated ??= performance.now();
  }, []);
  useEffect(() => {
    if (!inDocument) document.title = title;
  }, [inDocument, title]);

  const shown = (
    <Shown url={at.url}>
      <Page route={at.route} />
    </Shown>
  );
  const frame = (
    <NavigateContext value={navigate}>
      <Nav />
      <main className="pt-16">
        {start.variant === 'suspense' ? (
          <Suspense fallback={null}>
            <Gated gate={gate}>{shown}</Gated>
          </Suspense>
        ) : (
          shown
        )}
      </main>
    </NavigateContext>
  );
  if (!inDocument) return frame;

  const styles = next ? '/_next/static/css' : '/assets';
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="stylesheet" href={`${styles}/tokens.css`} precedence="next" />
        <link rel="stylesheet" href={`${styles}/site.css`} precedence="next" />
        <title>{title}</title>
      </head>
      <body className="bg-background text-foreground antialiased">
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        {frame}
        {next && <Announcer title={title} />}
      </body>
    </html>
  );
}
