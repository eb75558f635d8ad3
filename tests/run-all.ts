import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBrowser } from './browser/ensure-browser.ts';
import type { BrowserKind } from './browser/find-browser.ts';
import { type Counts, countPlaywright, countVitest, summary } from './report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = join(root, '.output/reports');
const programs = join(root, 'node_modules/.bin');

type Suite = {
  name: string;
  /** One command that uses the installed programs of the project. */
  command: readonly string[];
  /** Counts the tests in the report that the command writes. Without it the whole command is one check. */
  count?: (report: string) => Counts;
  needs?: 'build' | BrowserKind;
  /** Prints the output only if the command fails. */
  quiet?: boolean;
};

const reporters = ['--reporter=default', '--reporter=json'];
const vitest = ['vitest', 'run', '--config', 'tests/vitest.config.ts', ...reporters];
const playwright = ['playwright', 'test', '--config', 'tests/playwright.config.ts'];
const conformance = ['vitest', 'run', '--config', 'tests/hive/conformance/vitest.config.ts', ...reporters];

const suites: readonly Suite[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'dead-code', command: ['knip'] },
  { name: 'unit', command: [...vitest, '--project', 'unit'], count: countVitest },
  { name: 'build', command: ['npm', 'run', 'zip', '--silent'], quiet: true },
  { name: 'package', command: [...vitest, '--project', 'build'], count: countVitest, needs: 'build' },
  { name: 'conformance', command: conformance, count: countVitest },
  {
    name: 'end-to-end',
    command: [...playwright, '--project', 'chromium'],
    count: countPlaywright,
    needs: 'chromium',
  },
  { name: 'firefox', command: [...playwright, '--project', 'firefox'], count: countPlaywright, needs: 'firefox' },
];

const total = await main(process.argv.slice(2));
console.log(summary(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

async function main(names: string[]): Promise<Counts> {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown) {
    console.error(`There is no suite "${unknown}". There are: ${suites.map(({ name }) => name).join(', ')}.`);
    return { passed: 0, failed: 1 };
  }
  const chosen = names.length ? suites.filter(({ name }) => names.includes(name)) : suites;
  mkdirSync(reports, { recursive: true });
  const failed = new Set<string>();
  const total: Counts = { passed: 0, failed: 0 };
  const lines: string[] = [];
  for (const suite of chosen) {
    console.log(`\n── ${suite.name}: ${suite.command.join(' ')}`);
    const started = Date.now();
    const counts = await outcome(suite, failed);
    if (counts.failed) failed.add(suite.name);
    total.passed += counts.passed;
    total.failed += counts.failed;
    const line = `${suite.name.padEnd(12)} ${summary(counts)}, ${((Date.now() - started) / 1000).toFixed(1)} s`;
    lines.push(line);
    console.log(`── ${line}`);
  }
  console.log(`\n${lines.join('\n')}\n`);
  return total;
}

async function outcome({ name, command, count, needs, quiet = false }: Suite, failed: Set<string>): Promise<Counts> {
  if (needs && failed.has('build')) return fail('There is no build to test.');
  if (needs === 'chromium' || needs === 'firefox') {
    try {
      console.log(`Browser: ${ensureBrowser(console.log, needs)}`);
    } catch (error) {
      const { message } = error as Error;
      if (needs === 'chromium') return fail(message);
      console.log(`${message}\nThe Firefox tests are skipped.`);
      return { passed: 0, failed: 0 };
    }
  }
  const report = join(reports, `${name}.json`);
  rmSync(report, { force: true });
  const code = await run(command, report, quiet);
  if (!count) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  try {
    const counts = count(readFileSync(report, 'utf8'));
    if (counts.passed + counts.failed === 0) return fail('No test ran.');
    // A crash outside of any test is visible only in the exit code.
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch (error) {
    return fail(`No report to count: ${(error as Error).message}`);
  }
}

function fail(reason: string): Counts {
  console.error(reason);
  return { passed: 0, failed: 1 };
}

function run([program = '', ...args]: readonly string[], report: string, quiet: boolean): Promise<number> {
  const output = quiet ? 'pipe' : 'inherit';
  const kept: Buffer[] = [];
  const forVitest = program === 'vitest' ? [`--outputFile.json=${report}`] : [];
  const env = { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH}`, RBEE_REPORT: report };
  return new Promise((resolve) => {
    const child = spawn(program, [...args, ...forVitest], {
      cwd: root,
      env,
      stdio: ['ignore', output, output],
      shell: process.platform === 'win32',
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => kept.push(chunk));
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => {
      if (code !== 0) console.log(Buffer.concat(kept).toString());
      resolve(code ?? 1);
    });
  });
}
