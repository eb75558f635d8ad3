/**
 * Listing a repository with 20,000 files against one with 2,000, from the hub's reply to the chosen file.
 */
import { chooseFile } from '../../lib/hub/choose-file.ts';
import { createHubClient } from '../../lib/hub/client.ts';
import { nameFiles } from '../../lib/hub/file-names.ts';
import { judge } from './bench.ts';

const sizes = [2_000, 20_000] as const;
const rounds = 15;
const devices = [{ id: 'CPU-0', name: 'CPU', kind: 'cpu', memoryGb: 15 } as const];

/** A third of the files each: single files with different labels, parts of split models, parts of one model split into thousands of files. */
function reply(count: number): string {
  const labels = ['Q4_K_M', 'IQ4_XS', 'UD-Q5_K_XL', 'Q8_0', 'imatrix', 'mmproj-f16'];
  const part = (index: number, of: number) => `${String(index).padStart(5, '0')}-of-${String(of).padStart(5, '0')}`;
  const third = Math.floor(count / 3);
  const path = (index: number): string => {
    if (index < third) return `dir-${index % 50}/model-${index}-${labels[index % labels.length]}.gguf`;
    if (index < 2 * third) return `split/model-${Math.floor(index / 3)}-q4_k_m-${part((index % 3) + 1, 3)}.gguf`;
    return `one/model-q8_0-${part(index - 2 * third + 1, count - 2 * third)}.gguf`;
  };
  const siblings = Array.from({ length: count }, (_, index) => ({
    rfilename: path(index),
    size: 135,
    blobId: 'x'.repeat(40),
    lfs: { sha256: 'x'.repeat(64), size: (index < 2 * third ? 4e9 : 1e6) + index, pointerSize: 135 },
  }));
  const gguf = {
    total: 7_241_732_096,
    architecture: 'llama',
    context_length: 32_768,
    bos_token: '<s>',
    chat_template: 'x'.repeat(5_000),
  };
  return JSON.stringify({ id: 'org/name', gguf, siblings });
}

async function listing(body: string): Promise<number> {
  const hub = createHubClient({ maxBytes: 50_000_000, fetch: async () => new Response(body) });
  // Processor time, so that other processes do not count.
  const start = process.cpuUsage();
  const { models } = await hub.repository('org/name');
  models.map(nameFiles(models));
  const choice = chooseFile(models, devices);
  const { user, system } = process.cpuUsage(start);
  if ('none' in choice) throw new Error(`No file was chosen: ${choice.none}`);
  return (user + system) / 1_000;
}

const bodies = sizes.map(reply);
const times: number[][] = sizes.map(() => []);
for (let round = 0; round < rounds; round += 1) {
  for (const [index, body] of bodies.entries()) times[index]?.push(await listing(body));
}
// The fastest round is the one that garbage collection disturbed least.
const [small = 0, large = 0] = times.map((all) => Math.min(...all));
console.log(`${sizes[0]} files: ${small.toFixed(1)} ms, ${sizes[1]} files: ${large.toFixed(1)} ms of processor time`);
judge('listing: 20,000 files / 2,000 files', large / small, 12);
