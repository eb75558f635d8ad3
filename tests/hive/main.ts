/** `npm run hive`: a stand-in hive and its hub, for manual use. */
import { parseArgs } from 'node:util';
import { startHub } from '../hub/start-hub.ts';
import { machines } from './machines.ts';
import { startHive } from './start-hive.ts';

const usage = `A stand-in rbee-hive for manual tests.

  npm run hive -- [options]

  --better           a hive that can install and spawn workers; without it, the hive of 2025-11
  --port 7835        the port of the hive
  --hub URL          download from that hub instead of the built-in one, which invents every GGUF file
  --speed 40         built-in hub: MB per second (0.8 GB then take 20 s)
  --progress 2000    milliseconds between two lines of progress (a real hive: 10000)
  --home FOLDER      keep models and catalogs in this folder instead of a temporary one
  --machine laptop   ${Object.keys(machines).join(' | ')}
`;

function parse() {
  const { values } = parseArgs({
    options: {
      better: { type: 'boolean', default: false },
      port: { type: 'string', default: '7835' },
      hub: { type: 'string' },
      speed: { type: 'string', default: '40' },
      progress: { type: 'string', default: '2000' },
      home: { type: 'string' },
      machine: { type: 'string', default: 'laptop' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  for (const name of ['port', 'speed', 'progress'] as const) {
    if (!(Number(values[name]) > 0)) throw new Error(`--${name} ${values[name]}: not a positive number`);
  }
  if (!Object.hasOwn(machines, values.machine)) throw new Error(`--machine ${values.machine}: unknown`);
  return values;
}

async function main(): Promise<void> {
  const { help, better, hub: url, ...values } = parse();
  if (help) return console.log(usage);
  const hub = url ? undefined : await startHub({ bytesPerSecond: Number(values.speed) * 1e6, inventFiles: true });
  const hive = await startHive({
    kind: better ? 'better' : 'today',
    port: Number(values.port),
    workerBasePort: 8080,
    progressMs: Number(values.progress),
    machine: values.machine as keyof typeof machines,
    log: console.log,
    ...(url || hub ? { hub: url ?? hub?.url ?? '' } : {}),
    ...(better && { install: { lineMs: 700, cloneMs: 5_000 } }),
    ...(values.home !== undefined && { dataDir: values.home }),
  });
  console.log(`Hive on http://localhost:${hive.port}, home folder ${hive.dataDir}. Ctrl+C ends it and its workers.\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void Promise.all([hive.stop(), hub?.stop()]).then(() => process.exit(0)));
  }
}

await main().catch((error: Error & { code?: string }) => {
  const advice =
    error.code === 'EADDRINUSE' ? ' Stop that program, or choose another port: npm run hive -- --port 7834' : '';
  console.error(`${error.message}${advice}`);
  process.exitCode = 1;
});
