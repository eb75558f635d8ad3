import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exposeClosedRoots } from '../browser/closed-roots.ts';
import { launchWithExtension } from '../browser/launch.ts';
import { startHive } from '../hive/start-hive.ts';
import { startHub } from '../hub/start-hub.ts';
import { hydrated } from './probe.ts';
import { samples } from './samples/index.ts';
import { createCertificate, startSite } from './server.ts';

/**
 * Takes pictures of every page type with the shipped build, at four widths, light and dark, in `.output/screenshots`. An argument
 * selects the pages whose names contain it: `npm run screenshots -- g10-hf`.
 */
const [filter = ''] = process.argv.slice(2);
const folder = new URL('../../.output/screenshots/', import.meta.url);
await mkdir(folder, { recursive: true });
const certificate = await createCertificate();
const [site, hub] = await Promise.all([startSite({ certificate }), startHub({ tls: certificate })]);
const hive = await startHive({ hub: hub.url, log: () => {} });
const profile = await mkdtemp(join(tmpdir(), 'rbee-screenshots-'));
const browser = await launchWithExtension({
  profile,
  routes: { site: site.port, hub: hub.tlsPort, hive: hive.port },
});
try {
  exposeClosedRoots(browser.context);
  const page = await browser.context.newPage();
  const chosen = samples.filter(
    ({ hostile, kind, file }) => !hostile && kind !== 'stub' && !/loading|root/.test(file) && file.includes(filter),
  );
  for (const { file, url, generation, kind } of chosen) {
    await browser.context.addCookies([{ name: 'generation', value: generation, url: site.url }]);
    for (const width of [360, 768, 1024, 1440]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.goto(site.url + url);
        await hydrated(page);
        // On detail pages, the summary appears after the button; other pages have none.
        const complete = kind.endsWith('detail') ? ':is(.detail:not(:empty), .line.shown)' : 'button';
        const shown = page.locator(`rbee-run ${complete}`).first();
        if (/detail|list|home/.test(kind)) await shown.waitFor({ state: 'attached', timeout: 2_000 }).catch(() => {});
        const name = `${file.replace('.html', '')}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: new URL(name, folder).pathname });
      }
    }
  }
} finally {
  await browser.close();
  await Promise.all([site.stop(), hub.stop(), hive.stop()]);
  await rm(profile, { recursive: true, force: true, maxRetries: 3 });
}
