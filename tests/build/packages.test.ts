import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { browsers, filesOf, root, zipNamed } from './output.ts';
import { zipEntries } from './zip-entries.ts';

const bin = (name: string) => join(root, 'node_modules', name);

it.each(browsers)('the %s archive contains exactly the files of the tested build', (browser) => {
  expect(zipEntries(zipNamed(browser))).toEqual(filesOf(browser));
});

it('the sources for Firefox reviewers rebuild the Firefox archive byte for byte', { timeout: 120_000 }, async () => {
  // A path with a space and an umlaut: some build tools cannot handle those.
  const folder = join(await mkdtemp(join(tmpdir(), 'rbee sources ä-')), 'project');
  onTestFinished(() => rm(dirname(folder), { recursive: true, force: true }));
  const sources = zipEntries(zipNamed('sources'));
  expect(
    [...sources.keys()].filter((name) => /(^|\/)(node_modules|\.output|\.wxt|\.git|\.env)(\/|$)/.test(name)),
  ).toEqual([]);
  for (const [name, content] of sources) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  // Without Vitest's own variables, which change what Vite builds.
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  execFileSync(process.execPath, [bin('wxt/bin/wxt.mjs'), 'zip', '-b', 'firefox'], { cwd: folder, env, stdio: 'pipe' });
  const rebuilt = await readFile(zipNamed('firefox').replace(join(root, '.output'), join(folder, '.output')));
  expect(rebuilt.equals(await readFile(zipNamed('firefox')))).toBe(true);
});

it('addons-linter reports nothing about the Firefox package', { timeout: 120_000 }, () => {
  const args = [bin('addons-linter/bin/addons-linter'), '--output', 'json', zipNamed('firefox')];
  const report = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  expect([...report.errors, ...report.warnings, ...report.notices]).toEqual([]);
});
