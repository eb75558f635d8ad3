import { GGMLFileQuantizationType, GGUF_QUANT_ORDER } from '@huggingface/tasks';

export type QuantName = keyof typeof GGMLFileQuantizationType;

export type Quant = {
  /** As in the file's name, in capitals: `Q4_K_M`, `UD-Q4_K_XL`, `FP16`. */
  label: string;
  /** The type in @huggingface/tasks with this name, or the closest one. Absent for a type that only a fork of llama.cpp has. */
  name?: QuantName;
  /** Nominal bits per weight. */
  bits: number;
  /** Position in the library's order from the best quality to the smallest file. Absent without `name`. */
  rank?: number;
};

/**
 * Labels in public file names that @huggingface/tasks 0.21.54 does not have, with the type they stand for. `Q4_K` is
 * llama-quantize's own name for `Q4_K_M`; a bare `q4` states only the bits. `_L` and `_XL` keep embeddings at higher precision.
 */
const aliases: Record<string, QuantName> = {
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
};

/** How a label begins, and the words that may follow after `_`. Any other word ends the label: `Q4_K_M_imat`. */
const firstWord = /^(?:I?Q\d|TQ\d|I2|B?F16|F32|FP16|FP32|MXFP\d|NVFP\d)$/;
const nextWord = /^(?:\d|X{0,2}[SML]|NL|MOE|K[A-Z]{0,2}|R\d{1,2}|HIFI)$/;

/**
 * The quantisation that a path states, in the file's name or else in its folder. If there are several, the last one counts, as in
 * @huggingface/tasks. Labels are compared as a whole, so a fork's `IQ4_KS` or `Q8_0_R8` is not read as the standard type it begins with.
 */
export function readQuant(path: string): Quant | undefined {
  const slash = path.lastIndexOf('/');
  return findQuant(path.slice(slash + 1)) ?? (slash < 0 ? undefined : findQuant(path.slice(0, slash)));
}

function findQuant(text: string): Quant | undefined {
  const words = text.toUpperCase().split(/([^A-Z\d]+)/);
  for (let start = words.length - 1; start >= 0; start -= 1) {
    if (!firstWord.test(words[start] ?? '')) continue;
    let end = start + 1;
    while (words[end] === '_' && nextWord.test(words[end + 1] ?? '')) end += 2;
    const plain = words.slice(start, end).join('');
    const name = nameOf(plain);
    // A single word that is no known label is more likely part of the model's name: `I2`, `Q9`.
    if (!name && end === start + 1) continue;
    const isDynamic = words[start - 2] === 'UD' && /^[-_]$/.test(words[start - 1] ?? '');
    return {
      label: isDynamic ? `UD-${plain}` : plain,
      ...(name && { name, rank: rankOf(name) }),
      bits: Number(/\d+/.exec(plain)?.[0]),
    };
  }
  return undefined;
}

function nameOf(label: string): QuantName | undefined {
  if (Object.hasOwn(aliases, label)) return aliases[label];
  return Object.hasOwn(GGMLFileQuantizationType, label) ? (label as QuantName) : undefined;
}

export function rankOf(name: QuantName): number {
  const rank = GGUF_QUANT_ORDER.indexOf(GGMLFileQuantizationType[name]);
  return rank < 0 ? GGUF_QUANT_ORDER.length : rank;
}
