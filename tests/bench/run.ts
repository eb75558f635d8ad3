/** `npm run bench`: runs all benchmarks, then reports which limits were exceeded. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.bench.ts'));
const wanted = process.argv.slice(2);
const failed = names
  .filter((name) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)))
  .filter((name) => {
    console.log(`\n── ${name}`);
    return spawnSync(process.execPath, [join(import.meta.dirname, name)], { stdio: 'inherit' }).status !== 0;
  });
console.log(failed.length ? `\nExceeded or failed: ${failed.join(', ')}` : '\nAll limits are met.');
process.exitCode = failed.length ? 1 : 0;
