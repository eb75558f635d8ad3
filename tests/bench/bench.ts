import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exposeClosedRoots } from '../browser/closed-roots.ts';
import { chromeBuild, type Launched, launchWithExtension } from '../browser/launch.ts';
import { type HiveOptions, startHive } from '../hive/start-hive.ts';
import { startHub } from '../hub/start-hub.ts';
import { createCertificate, startSite } from '../site/server.ts';

export const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;

/** Prints a measured value with its limit; above it, the process ends with exit code 1. */
export function judge(name: string, value: number, limit: number): void {
  const isMet = value <= limit;
  console.log(`${name.padEnd(60)} ${value.toFixed(2).padStart(8)}  limit ${limit}  ${isMet ? 'met' : 'EXCEEDED'}`);
  if (!isMet) process.exitCode = 1;
}

/** The local marketplace, hub and hive, and browsers that reach them. */
export async function startWorld(hiveOptions: HiveOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-bench-'));
  const certificate = await createCertificate();
  const site = await startSite({ certificate });
  const hub = await startHub({ tls: certificate });
  const hive = await startHive({ hub: hub.url, ...hiveOptions });
  const launched: Launched[] = [];
  return {
    hub,
    hive,
    /** Writes an unpacked extension and returns its folder. */
    async writeExtension(files: Readonly<Record<string, string>>): Promise<string> {
      const path = await mkdtemp(join(folder, 'extension-'));
      await mkdir(path, { recursive: true });
      for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
      return path;
    },
    /** A browser of its own with these extensions; the built one by default. */
    async launch(...extensions: string[]): Promise<Launched> {
      const browser = await launchWithExtension({
        profile: await mkdtemp(join(folder, 'profile-')),
        routes: { site: site.port, hub: hub.tlsPort, hive: hive.port },
        extension: (extensions.length ? extensions : [chromeBuild]).join(','),
      });
      exposeClosedRoots(browser.context);
      launched.push(browser);
      return browser;
    },
    async stop(): Promise<void> {
      for (const browser of launched) await browser.close();
      await Promise.all([hive.stop(), hub.stop(), site.stop()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
