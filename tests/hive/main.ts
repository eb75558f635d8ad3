/** `npm run hive`: a stand-in hive and its hub, for use by hand. */
import { parseArgs } from 'node:util';
import { startHub } from '../hub/start-hub.ts';
import { type InstallOutcome, installFailures } from './install-outcomes.ts';
import { machines } from './machines.ts';
import type { HiveOptions } from './options.ts';
import { type SpawnMode, spawnModes } from './spawn-modes.ts';
import { type StandIn, startHive } from './start-hive.ts';
import { type WireName, wires } from './wires.ts';

const megabyte = 1_000_000;
const choices = {
  spawn: Object.keys(spawnModes),
  install: ['works', 'real', ...Object.keys(installFailures)],
  machine: Object.keys(machines),
  wire: Object.keys(wires),
};

const usage = `A stand-in rbee-hive, for use by hand.

  npm run hive -- [options]

  --port 7835        where it listens
  --hub URL          download from that hub instead of the built-in one, which makes up every GGUF file; "none": offline
  --speed 40         built-in hub: MB per second (0.8 GB then take 20 s)
  --progress 2000    milliseconds between two lines of progress (a real hive: 10000)
  --workers 8080     first port for workers; each one started takes the next
  --data FOLDER      keep models and catalogs there instead of in a temporary folder
  --spawn works      ${choices.spawn.join(' | ')}
  --install works    ${choices.install.join(' | ')}
  --machine laptop   ${choices.machine.join(' | ')}
  --wire current     ${choices.wire.join(' | ')}
`;

function read(): { hub: string | undefined; speed: number; options: HiveOptions } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '7835' },
      hub: { type: 'string' },
      speed: { type: 'string', default: '40' },
      progress: { type: 'string', default: '2000' },
      workers: { type: 'string', default: '8080' },
      data: { type: 'string' },
      spawn: { type: 'string', default: 'works' },
      install: { type: 'string', default: 'works' },
      machine: { type: 'string', default: 'laptop' },
      wire: { type: 'string', default: 'current' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const positive = (name: 'speed' | 'progress'): number => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new Error(`--${name} ${values[name]}: not a positive number`);
    return value;
  };
  const port = (name: 'port' | 'workers'): number => {
    const value = Number(values[name]);
    if (!(Number.isInteger(value) && value > 0 && value <= 65_535)) {
      throw new Error(`--${name} ${values[name]}: not a port`);
    }
    return value;
  };
  for (const name of ['spawn', 'install', 'machine', 'wire'] as const) {
    if (!choices[name].includes(values[name])) {
      throw new Error(`--${name} ${values[name]}: one of ${choices[name].join(', ')}`);
    }
  }
  return {
    hub: values.hub,
    speed: positive('speed') * megabyte,
    options: {
      port: port('port'),
      workerBasePort: port('workers'),
      progressMs: positive('progress'),
      healthDelayMs: 200,
      install: { outcome: values.install as InstallOutcome, lineMs: 700, cloneMs: 5_000 },
      spawn: values.spawn as SpawnMode,
      machine: values.machine as keyof typeof machines,
      wire: values.wire as WireName,
      log: console.log,
      ...(values.data !== undefined && { dataDir: values.data }),
    },
  };
}

async function start(): Promise<{ hive: StandIn; hubUrl: string | undefined; end: () => Promise<void> }> {
  const { hub: hubUrl, speed, options } = read();
  if (hubUrl !== undefined) {
    const hive = await startHive({ ...options, ...(hubUrl !== 'none' && { hub: hubUrl }) });
    return { hive, hubUrl: hubUrl === 'none' ? undefined : hubUrl, end: hive.stop };
  }
  const hub = await startHub({ bytesPerSecond: speed, makeUp: true });
  try {
    const hive = await startHive({ ...options, hub: hub.url });
    return { hive, hubUrl: hub.url, end: () => hive.stop().then(hub.stop) };
  } catch (error) {
    await hub.stop();
    throw error;
  }
}

function explain(error: Error & { code?: string; port?: number }): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${error.port} is taken, perhaps by a real rbee-hive. Stop that, or choose another: npm run hive -- --port 7834`;
  }
  if (error.code === 'EACCES')
    return `Port ${error.port} needs more rights. Choose another: npm run hive -- --port 7834`;
  return error.code?.startsWith('ERR_PARSE_ARGS') || !error.code ? `${error.message}\n\n${usage}` : error.message;
}

try {
  const { hive, hubUrl, end } = await start();
  console.log(
    `Hive on ${hive.url.replace('127.0.0.1', 'localhost')}, data in ${hive.dataDir}, hub ${hubUrl ?? 'none'}.`,
  );
  console.log('Ctrl+C ends it and the workers it has started.\n');
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      console.log('\nEnding.');
      void end().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(explain(error as Error));
  process.exitCode = 1;
}
