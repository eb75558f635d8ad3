import { describe, expect, it } from 'vitest';
import type { Device } from '../../../lib/hive/types.ts';
import { fitOn, freeBytes, needBytes } from '../../../lib/hub/fit.ts';
import { cpu, gpu } from './machines.ts';

const gib = 2 ** 30;

// Published shapes: architecture, weights in billions, file in GB, vocabulary, width, layers, width of keys.
const shapes: [string, string, number, number, number, number, number, number][] = [
  ['SmolLM2 135M Q8_0', 'llama', 0.1345, 0.145, 49_152, 576, 30, 192],
  ['Qwen 2.5 0.5B', 'qwen2', 0.494, 0.398, 151_936, 896, 24, 128],
  ['Llama 3.2 1B', 'llama', 1.236, 0.808, 128_256, 2_048, 16, 512],
  ['Qwen 2.5 1.5B', 'qwen2', 1.54, 0.986, 151_936, 1_536, 28, 256],
  ['Gemma 2 2B', 'gemma2', 2.61, 1.709, 256_000, 2_304, 26, 1_024],
  ['Llama 3.2 3B', 'llama', 3.21, 2.019, 128_256, 3_072, 28, 1_024],
  ['Phi 3 mini', 'phi3', 3.82, 2.393, 32_064, 3_072, 32, 3_072],
  ['Mistral 7B', 'llama', 7.25, 4.372, 32_768, 4_096, 32, 1_024],
  ['Llama 2 7B', 'llama', 6.74, 4.081, 32_000, 4_096, 32, 4_096],
  ['Qwen 2.5 7B', 'qwen2', 7.62, 4.683, 152_064, 3_584, 28, 512],
  ['Llama 3.1 8B', 'llama', 8.03, 4.921, 128_256, 4_096, 32, 1_024],
  ['Gemma 2 9B', 'gemma2', 9.24, 5.761, 256_000, 3_584, 42, 2_048],
  ['Llama 2 13B', 'llama', 13.02, 7.866, 32_000, 5_120, 40, 5_120],
  ['Qwen 2.5 14B', 'qwen2', 14.77, 8.988, 152_064, 5_120, 48, 1_024],
  ['Qwen 2.5 32B', 'qwen2', 32.76, 19.851, 152_064, 5_120, 64, 1_024],
  ['Llama 3.3 70B', 'llama', 70.55, 42.52, 128_256, 8_192, 80, 1_024],
];

describe('the estimate of memory', () => {
  it.each(shapes)(
    'for %s is near what its real shape comes to',
    (_, architecture, billions, gb, vocabulary, width, layers, keys) => {
      const real = gb * 1e9 + vocabulary * width * 4 + 2 * layers * keys * 4 * 2_048 + gib / 2;
      const estimate = needBytes({ sizeBytes: gb * 1e9, bits: 4, parameters: billions * 1e9, architecture }) ?? 0;
      expect(estimate / real).toBeGreaterThan(0.93);
      expect(estimate / real).toBeLessThan(1.28);
    },
  );

  it('counts F16 twice, because the engine turns it into F32', () => {
    const f32 = needBytes({ sizeBytes: 4.94e9, bits: 32, parameters: 1.236e9, architecture: 'llama' });
    expect(needBytes({ sizeBytes: 2.47e9, bits: 16, parameters: 1.236e9, architecture: 'llama' })).toBe(f32);
  });

  it('is unknown without a size', () => {
    expect(needBytes({ bits: 4 })).toBeUndefined();
  });
});

describe('the room on a device', () => {
  it.each([
    [gpu(8), 8],
    [gpu(23), 23],
    [cpu(4), 2],
    [cpu(8), 6],
    [cpu(16), 12],
    [cpu(64), 56],
    [cpu(1), 0],
  ])('%o: %i GiB', (device, gb) => {
    expect(freeBytes(device)).toBe(gb * gib);
  });
});

const model = (sizeGb: number, billions: number, architecture = 'llama') => ({
  sizeBytes: sizeGb * 1e9,
  bits: 4,
  parameters: billions * 1e9,
  architecture,
});
const models = {
  '1B': model(0.808, 1.236),
  '3B': model(2.019, 3.21),
  '8B': model(4.921, 8.03),
  '14B': model(8.988, 14.77, 'qwen2'),
  '32B': model(19.851, 32.76, 'qwen2'),
  '70B': model(42.52, 70.55),
};

// Where Q4_K_M of 1B, 3B, 8B, 14B, 32B and 70B goes.
const machines: [name: string, devices: Device[], verdicts: string][] = [
  ['a board with 2 GB', [cpu(2)], '- - - - - -'],
  ['a small computer with 4 GB', [cpu(3)], '- - - - - -'],
  ['a laptop with 8 GB', [cpu(8)], 'CPU-0 CPU-0 - - - -'],
  ['a laptop with 16 GB', [cpu(15)], 'CPU-0 CPU-0 CPU-0 - - -'],
  ['a laptop with a card of 4 GB', [gpu(4), cpu(16)], 'GPU-0 CPU-0 CPU-0 - - -'],
  ['a card of 6 GB', [gpu(6), cpu(16)], 'GPU-0 GPU-0 CPU-0 - - -'],
  ['a card of 8 GB', [gpu(8), cpu(32)], 'GPU-0 GPU-0 GPU-0 CPU-0 - -'],
  ['a card of 12 GB', [gpu(12), cpu(32)], 'GPU-0 GPU-0 GPU-0 CPU-0 - -'],
  ['a card of 16 GB', [gpu(16), cpu(64)], 'GPU-0 GPU-0 GPU-0 GPU-0 CPU-0 CPU-0'],
  ['a card of 24 GB, said to be 23', [gpu(23), cpu(62)], 'GPU-0 GPU-0 GPU-0 GPU-0 CPU-0 CPU-0'],
  ['two cards, 8 and 48 GB', [gpu(8), gpu(48, 1), cpu(128)], 'GPU-1 GPU-1 GPU-1 GPU-1 GPU-1 GPU-1'],
  ['two cards of 24 GB, which do not add up', [gpu(24), gpu(24, 1), cpu(31)], 'GPU-0 GPU-0 GPU-0 GPU-0 - -'],
  ['a server without a card', [cpu(503)], 'CPU-0 CPU-0 CPU-0 CPU-0 CPU-0 CPU-0'],
  ['a card that does not tell its memory', [gpu(0), cpu(32)], 'CPU-0 CPU-0 CPU-0 CPU-0 - -'],
];

describe('where a model fits', () => {
  it.each(machines)('%s', (_, devices, verdicts) => {
    const fits = Object.values(models).map((entry) => fitOn(entry, devices));
    const where = fits.map((one) => (one.verdict === 'gpu' || one.verdict === 'cpu' ? one.device.id : '-'));
    expect(where.join(' ')).toBe(verdicts);
  });

  it('says what it needs and what is there, so a person can judge', () => {
    expect(fitOn(models['70B'], [gpu(24), cpu(32)])).toMatchObject({
      verdict: 'too-large',
      device: { id: 'GPU-0' },
      freeBytes: 24 * gib,
      needBytes: expect.closeTo(46.9 * gib, -8),
    });
  });

  it('is unknown where the hive did not say what it has', () => {
    expect(fitOn(models['1B'], [])).toMatchObject({ verdict: 'unknown' });
    expect(fitOn(models['1B'], [gpu(0)])).toMatchObject({ verdict: 'unknown' });
  });

  it('is unknown where the hub did not say how large the file is', () => {
    expect(fitOn({ bits: 4 }, [gpu(24)])).toEqual({ verdict: 'unknown' });
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
