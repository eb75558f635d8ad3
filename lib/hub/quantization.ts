/**
 * The types of llama.cpp and those of unsloth (`_XL`), from the best quality to the smallest file: names and order of @huggingface/tasks
 * 0.21.54, with which the tests compare them. Not imported, because the package does not say that it has no side effects, so all of it would
 * be bundled.
 */
const order = [
  ['F32', 'BF16', 'F16', 'Q8_K_XL', 'Q8_0', 'Q6_K_XL', 'Q6_K', 'Q5_K_XL', 'Q5_K_M', 'Q5_K_S', 'Q5_0', 'Q5_1'],
  ['Q4_K_XL', 'Q4_K_M', 'Q4_K_S', 'IQ4_NL', 'IQ4_XS', 'Q4_0_4_4', 'Q4_0_4_8', 'Q4_0_8_8', 'Q4_1_SOME_F16'],
  ['Q4_0', 'Q4_1', 'Q4_2', 'Q4_3', 'MXFP4_MOE', 'NVFP4', 'Q3_K_XL', 'Q3_K_L', 'Q3_K_M', 'Q3_K_S'],
  ['IQ3_M', 'IQ3_S', 'IQ3_XS', 'IQ3_XXS', 'Q2_K_XL', 'Q2_K', 'Q2_K_S', 'IQ2_M', 'IQ2_S', 'IQ2_XS', 'IQ2_XXS'],
  ['Q2_0', 'IQ1_S', 'IQ1_M', 'TQ1_0', 'TQ2_0', 'Q1_0'],
].flat();

export type Quant = {
  /** As in the file's name, in capitals: `Q4_K_M`, `UD-Q4_K_XL`, `FP16`. */
  label: string;
  /** The type in `order` with this name, or the closest one. Absent for a type that only a fork of llama.cpp has. */
  name?: string;
  /** Nominal bits per weight. */
  bits: number;
  /** Position in `order`. Absent without `name`. */
  rank?: number;
};

/**
 * Labels in public file names that `order` does not have, with the type they stand for. `Q4_K` is
 * llama-quantize's own name for `Q4_K_M`; a bare `q4` states only the bits. `_L` and `_XL` keep embeddings at higher precision.
 */
const aliases: Record<string, string> = {
  FP16: 'F16',
  FP32: 'F32',
  MXFP4: 'MXFP4_MOE',
  Q2: 'Q2_K',
  Q2_K_L: 'Q2_K',
  Q3: 'Q3_K_S',
  Q3_K: 'Q3_K_M',
  Q4: 'Q4_0',
  Q4_K: 'Q4_K_M',
  Q4_K_L: 'Q4_K_XL',
  Q5: 'Q5_0',
  Q5_K: 'Q5_K_M',
  Q5_K_L: 'Q5_K_XL',
  Q6: 'Q6_K',
  Q6_K_L: 'Q6_K',
  Q8: 'Q8_0',
  Q8_K: 'Q8_0',
};

/** Labels that stand for a plain type: spelled without `_` (`Q4_KM`), or with embeddings at higher precision (`Q8_0_L`). */
const spellings: [RegExp, string][] = [
  [/^(Q\d_K)([SML])$/, '$1_$2'],
  [/^(Q[458]_[01])_X?L$/, '$1'],
  [/^(Q\d_K)_[HP]$/, '$1'],
];

const fullPrecision = /^(?:B?F16|F32|FP16|FP32)$/;
const firstWord = /^(?:I?Q\d|TQ\d|I2|B?F16|F32|FP16|FP32|MXFP\d|NVFP\d)$/;
/** Words that belong to a label after `_`, in llama.cpp (`M`, `XXS`, `NL`), in its forks (`KT`, `R8`, `PT`) and in former versions (`4X4`). */
const otherWord = /^(?:\d|\d+X\d+|X{0,2}[SML]|NL|K[A-Z]{0,2}|MOE|R\d+|PT|HIFI|[HPX])$/;
const hyphenated = /(?<![A-Z\d])Q\d-K(?:-[SML])?(?![A-Z\d])/g;

/**
 * The quantization that a path states, in the file's name or else in its folder. If there are several, the last one counts, as in
 * @huggingface/tasks. Labels are compared as a whole, so a fork's `IQ4_KS`, `Q3_PT` or `Q4_0_4x4` is not read as the standard type it begins
 * with.
 */
export function readQuant(path: string): Quant | undefined {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1).replace(/\.gguf(?:[-.].*)?$/i, '');
  return findQuant(name) ?? (slash < 0 ? undefined : findQuant(path.slice(0, slash)));
}

function findQuant(text: string): Quant | undefined {
  const spelled = text.toUpperCase().replace(hyphenated, (label) => label.replaceAll('-', '_'));
  // Words at even indices, what separates them at odd ones.
  const words = spelled.split(/([^A-Z\d]+)/);
  let found: Quant | undefined;
  for (let start = 0, next = 2; start < words.length; start = next, next += 2) {
    const first = words[start] ?? '';
    if (!firstWord.test(first)) continue;
    while (words[next - 1] === '_' && isPartOfLabel(words[next] ?? '', first)) next += 2;
    const plain = words.slice(start, next - 1).join('');
    const name = nameOf(plain);
    const isModelName = next < words.length && (start === 0 || /^\d+B$/.test(words[next] ?? ''));
    // A single word that is no known label is more likely part of the model's name: `I2`, `Q9`, the `Q3` of `Q3-8B`.
    if (!plain.includes('_') && (!name || (/^Q\d$/.test(plain) && isModelName))) continue;
    const isDynamic = words[start - 2] === 'UD' && /^[-_]$/.test(words[start - 1] ?? '');
    found = {
      label: isDynamic ? `UD-${plain}` : plain,
      ...(name && { name, rank: rankOf(name) }),
      bits: Number(/\d+/.exec(plain)?.[0]),
    };
  }
  return found;
}

/** Whether a word after `_` is. After full precision another label begins: `F16_Q4_K_S`, but `MXFP4_MOE_BF16` is one. */
const isPartOfLabel = (word: string, first: string): boolean =>
  otherWord.test(word) || (firstWord.test(word) && !fullPrecision.test(first));

function nameOf(label: string): string | undefined {
  const plain = spellings.reduce((text, [pattern, spelling]) => text.replace(pattern, spelling), label);
  if (Object.hasOwn(aliases, plain)) return aliases[plain];
  return order.find((name) => name === plain);
}

/** The position of a type in the order from the best quality to the smallest file. */
export const rankOf = (name: string): number => order.indexOf(name);
