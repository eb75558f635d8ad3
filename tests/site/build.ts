import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import type { render } from './app/server.tsx';

const here = new URL('./', import.meta.url);
const outputs = new URL('../../.output/site/', here);

export type BuiltApp = {
  /** The bundle for the browser. */
  client: string;
  render: typeof render;
};

let built: Promise<BuiltApp> | undefined;

/** Today's page as production bundles for browser and server, built into `.output/site/` when its sources have changed. */
export function buildApp(): Promise<BuiltApp> {
  built ??= load();
  return built;
}

async function load(): Promise<BuiltApp> {
  const folder = new URL(`${await sourceHash()}/`, outputs);
  if (!(await exists(folder))) await buildInto(folder);
  const server = await import(/* @vite-ignore */ new URL('server/server.mjs', folder).href);
  return { client: await readFile(new URL('client/main-app.js', folder), 'utf8'), render: server.render };
}

async function sourceHash(): Promise<string> {
  const names = (await readdir(new URL('app/', here))).map((name) => `app/${name}`);
  const files = [
    ...names,
    'data.json',
    'data.ts',
    'readmes.ts',
    'app/theme.ts',
    'build.ts',
    '../../node_modules/react-dom/package.json',
  ];
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(file).update(await readFile(new URL(file, here)));
  return hash.digest('hex').slice(0, 16);
}

const exists = (url: URL): Promise<boolean> =>
  stat(url).then(
    () => true,
    () => false,
  );

// Built in a temporary folder that is renamed, because several test processes may start at the same time.
async function buildInto(folder: URL): Promise<void> {
  await mkdir(outputs, { recursive: true });
  const temporary = pathToFileURL(`${await mkdtemp(fileURLToPath(new URL('building-', outputs)))}/`);
  await bundle('app/client.tsx', new URL('client/', temporary), 'browser');
  await bundle('app/server.tsx', new URL('server/', temporary), 'server');
  await rename(temporary, folder).catch(async (error) => {
    await rm(temporary, { recursive: true });
    if (!(await exists(folder))) throw error;
  });
}

async function bundle(entry: string, outDir: URL, side: 'browser' | 'server'): Promise<void> {
  const input = fileURLToPath(new URL(entry, here));
  await build({
    configFile: false,
    root: fileURLToPath(here),
    publicDir: false,
    mode: 'production',
    logLevel: 'warn',
    // Both bundles are production code, independent of this process's NODE_ENV.
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { development: false } },
    ...(side === 'server' && { ssr: { noExternal: true } }),
    build: {
      outDir: fileURLToPath(outDir),
      emptyOutDir: true,
      minify: side === 'browser',
      ...(side === 'server' && { ssr: input }),
      rolldownOptions: {
        input,
        output:
          side === 'browser'
            ? { format: 'iife', entryFileNames: 'main-app.js' }
            : { format: 'es', entryFileNames: 'server.mjs' },
      },
    },
  });
}
