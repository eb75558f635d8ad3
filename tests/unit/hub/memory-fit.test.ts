import { describe, expect, it } from 'vitest';
import type { Device } from '../../../lib/hive/types.ts';
import { fitOn, freeBytes, usableBy } from '../../../lib/hub/memory-fit.ts';
import { cpu, gpu } from './machines.ts';

const gib = 2 ** 30;
const model = (sizeGb: number, billions: number, architecture = 'llama') => ({
  sizeBytes: sizeGb * 1e9,
  bits: 4,
  parameters: billions * 1e9,
  architecture,
});
/** Q4_K_M, with the memory that they need in GiB. */
const models = {
  '1B: 2.4': model(0.808, 1.236),
  '3B: 4.3': model(2.019, 3.213),
  '7B: 5.6': model(4.372, 7.248),
  '8B: 7.5': model(4.921, 8.03),
  '14B: 12.5': model(8.988, 14.77, 'qwen2'),
  '32B: 22.9': model(19.851, 32.76, 'qwen2'),
  '70B: 45.3': model(42.52, 70.55),
};

/** For each machine the device that each model fits: `~` if it is tight, `~~` if it is larger than what is free, `-` if too large. */
const machines: [name: string, devices: Device[], fits: string][] = [
  ['2 GB', [cpu(1)], '- - - - - - -'],
  ['4 GB', [cpu(3)], 'CPU-0~ - - - - - -'],
  ['8 GB, reported as 7', [cpu(7)], 'CPU-0 CPU-0 CPU-0~ - - - -'],
  ['8 GB, reported as 8', [cpu(8)], 'CPU-0 CPU-0 CPU-0 CPU-0~~ - - -'],
  ['16 GB', [cpu(15)], 'CPU-0 CPU-0 CPU-0 CPU-0 CPU-0~ - -'],
  ['32 GB', [cpu(31)], 'CPU-0 CPU-0 CPU-0 CPU-0 CPU-0 CPU-0 -'],
  ['a GPU with 4 GB', [gpu(4), cpu(15)], 'GPU-0 CPU-0 CPU-0 CPU-0 CPU-0~ - -'],
  ['a GPU with 6 GB', [gpu(6), cpu(15)], 'GPU-0 GPU-0 GPU-0~ CPU-0 CPU-0~ - -'],
  ['a GPU with 8 GB', [gpu(8), cpu(31)], 'GPU-0 GPU-0 GPU-0 GPU-0~ CPU-0 CPU-0 -'],
  ['a GPU with 24 GB, reported as 23', [gpu(23), cpu(62)], 'GPU-0 GPU-0 GPU-0 GPU-0 GPU-0 GPU-0~ CPU-0'],
  ['GPUs with 8 and 48 GB', [gpu(8), gpu(48, 1), cpu(125)], 'GPU-1 GPU-1 GPU-1 GPU-1 GPU-1 GPU-1 GPU-1~'],
  [
    'two GPUs with 24 GB, which do not add up',
    [gpu(24), gpu(24, 1), cpu(31)],
    'GPU-0 GPU-0 GPU-0 GPU-0 GPU-0 GPU-0~ -',
  ],
  ['512 GB without a GPU', [cpu(503)], 'CPU-0 CPU-0 CPU-0 CPU-0 CPU-0 CPU-0 CPU-0'],
  ['a GPU with unified memory', [gpu(0), cpu(31)], 'GPU-0 GPU-0 GPU-0 GPU-0 GPU-0 GPU-0 -'],
];

describe('the fit of a model', () => {
  it.each(machines)('is as expected on a machine with %s', (_, devices, fits) => {
    const found = Object.values(models).map((entry) => {
      const fit = fitOn(entry, devices);
      if (fit.verdict === 'unknown' || fit.verdict === 'too-large') return '-';
      return `${fit.device.id}${fit.tight ? '~' : ''}${fit.needBytes > fit.freeBytes ? '~' : ''}`;
    });
    expect(found.join(' ')).toBe(fits);
  });

  it('contains the memory needed and free if the model is too large', () => {
    expect(fitOn(models['70B: 45.3'], [gpu(24), cpu(15)])).toMatchObject({
      verdict: 'too-large',
      device: { id: 'GPU-0' },
      freeBytes: 24 * gib,
      needBytes: expect.closeTo(45.3 * gib, -8),
    });
  });

  it.each([
    ['the hive reports no devices', models['1B: 2.4'], []],
    ['the only device is a GPU that reports no memory', models['70B: 45.3'], [gpu(0)]],
    ['one of the GPUs reports no memory', models['70B: 45.3'], [gpu(0), gpu(8, 1)]],
    ['the size of the file is unknown', { bits: 4 }, [gpu(24)]],
  ])('is unknown if %s', (_, entry, devices) => {
    expect(fitOn(entry, devices)).toMatchObject({ verdict: 'unknown' });
  });

  it('never gets worse with more memory', () => {
    const order = ['unknown', 'too-large', 'cpu', 'gpu'];
    for (const entry of Object.values(models)) {
      for (const device of [gpu, cpu]) {
        const ranks = [1, 2, 4, 8, 12, 16, 24, 48, 96, 512].map((gb) =>
          order.indexOf(fitOn(entry, [device(gb)]).verdict),
        );
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      }
    }
  });
});

describe('the memory that a model may take', () => {
  it.each([
    ['of a GPU is all of it', gpu(8), 8],
    ['leaves a sixth to the system', cpu(15), 13],
    ['leaves 1 GiB to a small system', cpu(3), 2.5],
    ['leaves at most 8 GiB', cpu(125), 117.5],
  ])('%s', (_, device, gb) => {
    expect(freeBytes(device)).toBe(gb * gib);
  });
});

describe('the devices that a backend uses', () => {
  it.each([
    ['cpu', ['CPU-0']],
    ['cuda', ['GPU-0']],
    ['auto', ['GPU-0', 'CPU-0']],
    ['metal', ['GPU-0', 'CPU-0']],
  ] as const)('%s: %j', (backend, ids) => {
    expect(usableBy(backend, [gpu(8), cpu(15)]).map(({ id }) => id)).toEqual(ids);
  });

  it('know the size of unified memory without the CPU', () => {
    expect(fitOn(models['70B: 45.3'], usableBy('cuda', [gpu(0), cpu(31)]))).toMatchObject({ verdict: 'too-large' });
  });
});
