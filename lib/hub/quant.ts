import { GGMLFileQuantizationType, GGUF_QUANT_ORDER, GGUF_QUANT_RE, parseGGUFQuantLabel } from '@huggingface/tasks';

export type QuantName = keyof typeof GGMLFileQuantizationType;

export type Quant = {
  /** As the file's name has it, in capitals: `Q4_K_M`, `UD-Q4_K_XL`, `FP16`. */
  label: string;
  /** The library's word for it, or the nearest to it. */
  name: QuantName;
  /** Nominal bits of a weight. */
  bits: number;
  /** Place in the library's order from best to smallest. */
  rank: number;
};

/**
 * Spellings in public file names that @huggingface/tasks 0.21.54 does not read, or reads as something else (`Q4_0_4_4` as
 * `Q4_0`), with the type they stand for. `Q4_K` is llama-quantize's own word for `Q4_K_M`; of a bare `q4` only the bits are sure.
 */
const spellings: [RegExp, QuantName][] = [
  [/Q4_0_4_4/g, 'Q4_0_4_4'],
  [/Q4_0_4_8/g, 'Q4_0_4_8'],
  [/Q4_0_8_8/g, 'Q4_0_8_8'],
  [/(?<![A-Z\d])FP16(?![A-Z\d])/g, 'F16'],
  [/(?<![A-Z\d])FP32(?![A-Z\d])/g, 'F32'],
  [/Q4_K_L(?![A-Z\d])/g, 'Q4_K_XL'],
  [/Q5_K_L(?![A-Z\d])/g, 'Q5_K_XL'],
  [/Q3_K(?![A-Z\d_])/g, 'Q3_K_M'],
  [/Q4_K(?![A-Z\d_])/g, 'Q4_K_M'],
  [/Q5_K(?![A-Z\d_])/g, 'Q5_K_M'],
  [/(?<![A-Z\d])Q2(?![A-Z\d_])/g, 'Q2_K'],
  [/(?<![A-Z\d])Q3(?![A-Z\d_])/g, 'Q3_K_S'],
  [/(?<![A-Z\d])Q4(?![A-Z\d_])/g, 'Q4_0'],
  [/(?<![A-Z\d])Q5(?![A-Z\d_])/g, 'Q5_0'],
  [/(?<![A-Z\d])Q6(?![A-Z\d_])/g, 'Q6_K'],
  [/(?<![A-Z\d])Q8(?![A-Z\d_])/g, 'Q8_0'],
];

/** The quantisation a path tells of: from the file's name, else from its folder. The last one named counts, as in the library. */
export function readQuant(path: string): Quant | undefined {
  const slash = path.lastIndexOf('/');
  return findQuant(path.slice(slash + 1)) ?? (slash < 0 ? undefined : findQuant(path.slice(0, slash)));
}

function findQuant(text: string): Quant | undefined {
  const upper = text.toUpperCase();
  const known = parseGGUFQuantLabel(upper);
  let found = known ? { label: known, at: upper.lastIndexOf(known), name: nameOf(known) } : undefined;
  for (const [pattern, name] of spellings) {
    for (const { 0: label, index: at } of upper.matchAll(pattern)) {
      const later = !found || at > found.at || (at === found.at && label.length > found.label.length);
      if (later) found = { label, at, name };
    }
  }
  if (!found?.name) return undefined;
  return { label: found.label, name: found.name, bits: bitsOf(found.name), rank: rankOf(found.name) };
}

function nameOf(label: string): QuantName | undefined {
  const plain = label.replace(/^UD-/, '');
  if (isQuantName(plain)) return plain;
  const name = GGUF_QUANT_RE.exec(label)?.groups?.quant;
  // The library's alias: gpt-oss files are named after the tensor type, the file type has the longer name.
  if (name === 'MXFP4') return 'MXFP4_MOE';
  return name && isQuantName(name) ? name : undefined;
}

const isQuantName = (text: string): text is QuantName => Object.hasOwn(GGMLFileQuantizationType, text);
const bitsOf = (name: QuantName): number => Number(/\d+/.exec(name)?.[0]);

export function rankOf(name: QuantName): number {
  const rank = GGUF_QUANT_ORDER.indexOf(GGMLFileQuantizationType[name]);
  return rank < 0 ? GGUF_QUANT_ORDER.length : rank;
}

/**
 * Whether the engine of rbee's LLM worker can load such a file. It is candle, which stops at the first tensor of a type it
 * does not know, and knows F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q8_1 and Q2_K to Q8_K: no IQ, TQ, MXFP4 or NVFP4,
 * and none of the repacked Q4_0_*_* (huggingface/candle, candle-core/src/quantized/mod.rs, `GgmlDType::from_u32`;
 * rbee-keeper/rbee commit 629e3804, 2025-11-05, says the same of its worker; IQ4_XS was an open pull request, candle 3462, in
 * 2026-04). `UD-` files mix types, IQ among them, and differ from model to model: `unsure`, as is a name that tells nothing.
 */
export function engineLoads(quant: Quant | undefined): 'yes' | 'unsure' | 'no' {
  if (!quant) return 'unsure';
  if (!/^(?:B?F16|F32|Q[45]_[01]|Q8_0|Q[2-8]_K(?:_\w+)?)$/.test(quant.name)) return 'no';
  return quant.label.startsWith('UD-') ? 'unsure' : 'yes';
}
