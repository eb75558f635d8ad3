import type { GgufFacts } from '../../../lib/hub/gguf.ts';
import type { HubFile } from '../../../lib/hub/model-files.ts';
import data from './listings.json' with { type: 'json' };

/** Bits per weight of published files of 7 to 8 B models. */
const measuredBits: Record<string, number> = Object.fromEntries(
  `IQ1_S 2 IQ1_M 2.15 TQ1_0 1.9 IQ2_XS 2.59 IQ2_M 2.93 Q2_K 3.16 Q2_K_L 3.3 IQ3_XS 3.5 Q3_K_S 3.64 IQ3_M 3.76 Q3_K_M 4 Q3_K_L 4.3 Q3_K_XL 4.5
   IQ4_XS 4.46 Q4_0 4.66 Q4_0_4_4 4.66 Q4_0_8_8 4.66 MXFP4 4.6 IQ4_NL 4.68 Q4_K_S 4.67 Q4_K_M 4.89 Q4_K_L 5.1 Q4_K_XL 5 Q4_1 5.1 Q5_0 5.55
   Q5_K_S 5.57 Q5_K_M 5.7 Q5_K_L 5.9 Q6_K 6.56 Q6_K_L 6.7 Q8_0 8.5 F16 16 BF16 16 F32 32`
    .split(/\s+/)
    .flatMap((word, index, words) => (index % 2 ? [] : [[word, Number(words[index + 1])]])),
);

/** Size in bytes of a model with so many billion weights. */
export const bytes = (billions: number, label: string): number =>
  Math.round(
    (billions * 1e9 * (measuredBits[label.toUpperCase().replace(/^UD-/, '').replace(/^FP/, 'F')] ?? Number.NaN)) / 8,
  );

/** One file per label, named by the pattern with `*` for the label. */
export const files = (billions: number, pattern: string, labels: string): HubFile[] =>
  labels.split(' ').map((label) => ({ path: pattern.replace('*', label), sizeBytes: bytes(billions, label) }));

export type Listing = {
  name: string;
  files: HubFile[];
  gguf?: GgufFacts;
  /** The labels (or else paths) of the models in order, with `!` before a refused one. */
  models: string;
  /** The file chosen with 8 GB of memory, with a GPU of 8 GB, and with a GPU of 24 GB, or why none is. */
  chosen: [laptop: string, gpu8: string, gpu24: string];
};

type Published = Omit<Listing, 'files'> & { files: Record<string, number | null> };

/** Repositories as they are really published: names, quantizations, companions and splits. */
export const listings = (data as unknown as Published[]).map(
  ({ files, ...rest }): Listing => ({
    ...rest,
    files: Object.entries(files).map(([path, sizeBytes]) => ({ path, ...(sizeBytes !== null && { sizeBytes }) })),
  }),
);
