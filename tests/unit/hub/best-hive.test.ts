import { describe, expect, it } from 'vitest';
import { bestHive, largestDevice, type Machine } from '../../../lib/hub/best-hive.ts';
import { readFiles } from '../../../lib/hub/model-files.ts';
import { cpu, gpu } from './machines.ts';

const gb = 1_000_000_000;
/** Takes about 7 GB. */
const entries = readFiles([{ path: 'm-Q4_K_M.gguf', sizeBytes: 4 * gb }]);
const nothing: Machine['workers'] = [];

type Named = Machine & { name: string };
const machine = (name: string, devices: Machine['devices'], workers = nothing): Named => ({ name, devices, workers });

const laptop = machine('laptop', [cpu(16)]);
const server = machine('server', [cpu(64)]);
const small = machine('small', [cpu(4)]);
const gpu8 = machine('gpu8', [gpu(8), cpu(32)]);
const gpu24 = machine('gpu24', [gpu(24), cpu(64)]);
const unread = machine('unread', []);
const busy24 = machine('busy24', gpu24.devices, [{ vramMb: 20_000 }]);
const loaded = machine('loaded', server.devices, [{ rssMb: 24_000 }, { rssMb: 24_000 }]);

describe('of several hives, a model goes to', () => {
  it.each<[why: string, hives: Named[], best: string]>([
    ['the only one', [small], 'small'],
    ['the GPU before a CPU with more memory', [server, gpu8], 'gpu8'],
    ['the CPU it fits before a hive of which nothing is known', [unread, laptop], 'laptop'],
    ['a hive of which nothing is known before one it is too large for', [small, unread], 'unread'],
    ['the GPU with the most memory', [gpu8, gpu24], 'gpu24'],
    ['the CPU with the most memory', [laptop, server], 'server'],
    ['the GPU with the most memory left', [busy24, gpu8], 'gpu8'],
    ['the CPU with the most memory left', [loaded, laptop], 'laptop'],
    ['the GPU whatever workers take of the CPU', [gpu8, machine('x', gpu24.devices, [{ rssMb: 60_000 }])], 'x'],
    ['the CPU whatever is said of memory on a GPU', [laptop, machine('x', server.devices, [{ vramMb: 60_000 }])], 'x'],
    ['the first of equals', [machine('one', [gpu(8)]), machine('two', [gpu(8)])], 'one'],
    ['the largest, where it fits none', [machine('3', [cpu(3)]), machine('4', [cpu(4)])], '4'],
  ])('%s', (_, hives, best) => {
    expect(bestHive(hives, entries)?.name).toBe(best);
  });

  it('none if there are none', () => {
    expect(bestHive([], entries)).toBeUndefined();
  });

  it.each<[why: string, hives: Named[], best: string]>([
    ['the GPU before the CPU', [server, gpu8], 'gpu8'],
    ['the GPU with the most memory left', [busy24, gpu8], 'gpu8'],
    ['the CPU with the most memory left', [loaded, laptop], 'laptop'],
  ])('if its size is unknown, %s', (_, hives, best) => {
    expect(bestHive(hives, [])?.name).toBe(best);
  });

  it('the one on which the requested file fits, even if another file would fit elsewhere', () => {
    const two = readFiles([
      { path: 'm-Q4_K_M.gguf', sizeBytes: 4 * gb },
      { path: 'm-Q8_0.gguf', sizeBytes: 20 * gb },
    ]);
    expect(bestHive([gpu8, server], two)?.name).toBe('gpu8');
    expect(bestHive([gpu8, server], two, 'm-Q8_0.gguf')?.name).toBe('server');
  });

  it('the one on which the kind of file chosen there last fits', () => {
    const two = readFiles([
      { path: 'm-Q4_K_M.gguf', sizeBytes: 4 * gb },
      { path: 'm-Q8_0.gguf', sizeBytes: 5.5 * gb },
    ]);
    const picky = { ...machine('picky', [gpu(24)]), last: { path: 'm-Q8_0.gguf' } };
    expect(bestHive([machine('other', [gpu(24)]), picky], two)?.name).toBe('other');
  });
});

describe('the largest device', () => {
  it.each([
    ['is the GPU with the most memory', [gpu(8), gpu(24), cpu(64)], 24],
    ['is the CPU where there is no GPU', [cpu(64)], 64],
  ])('%s', (_, devices, memoryGb) => {
    expect(largestDevice(devices)?.memoryGb).toBe(memoryGb);
  });
});
