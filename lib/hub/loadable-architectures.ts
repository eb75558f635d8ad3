import type { Quant } from './quantization.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Whether the current LLM worker can load a file. A later worker may load more, so the user decides. */
export type Loadability = {
  loads: 'yes' | 'unsure' | 'no';
  /** What speaks against it, the most important first. Empty if it loads. */
  reasons: ('architecture' | 'tokenizer' | 'quantization')[];
};

type Worker = {
  /** Of rbee-keeper/rbee. Every version reports 0.1.0, so the commit and its date tell them apart. */
  commit: string;
  date: string;
  /** Values of `general.architecture`. */
  architectures: readonly string[];
  tokenizers: readonly Tokenizer['kind'][];
  /** Names of types as in `quantization.ts`. */
  quantizations: RegExp;
};

/**
 * What each version of `llm-worker-rbee` loads, latest last.
 *
 * - Architectures: any other ends with `Unsupported quantized architecture` (`load_model`).
 * - Tokenizers: it needs `tokenizer.ggml.scores`, which files with a BPE tokenizer do not have.
 * - Quantizations: candle stops at the first tensor of a type it does not have. It has F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 and
 *   Q2_K to Q8_K (`GgmlDType::from_u32` in candle-core/src/quantized/mod.rs), so no IQ, TQ, MXFP4, NVFP4 or repacked type.
 */
export const workers: readonly Worker[] = [
  {
    commit: '0509312f',
    date: '2025-11-14',
    architectures: ['llama', 'mistral', 'deepseek', 'phi', 'phi3', 'qwen', 'qwen2', 'gemma', 'gemma2', 'gemma3'],
    tokenizers: ['sentencepiece'],
    quantizations: /^(?:B?F16|F32|Q[45]_[01]|Q8_0|Q[2-8]_K(?:_\w+)?)$/,
  },
];

/** Whether a file with this quantization can be loaded, where its architecture and tokenizer are known or not. */
export function loadabilityOf(
  { architecture, tokenizer }: { architecture?: string | undefined; tokenizer?: Tokenizer | undefined },
  quant: Quant | undefined,
  worker = workers.at(-1),
): Loadability {
  const answers = {
    architecture: architecture && worker?.architectures.includes(architecture),
    tokenizer: tokenizer && worker?.tokenizers.includes(tokenizer.kind),
    quantization: quant && isLoaded(quant, worker),
  };
  const all = ['architecture', 'tokenizer', 'quantization'] as const;
  const against = all.filter((reason) => answers[reason] === false);
  if (against.length > 0) return { loads: 'no', reasons: against };
  const unknown = all.filter((reason) => !answers[reason]);
  return { loads: unknown.length > 0 ? 'unsure' : 'yes', reasons: unknown };
}

/** Undefined for `UD-` files: they mix types, IQ types among them, and differ from model to model. */
function isLoaded({ label, name }: Quant, worker: Worker | undefined): boolean | undefined {
  if (!name || !worker?.quantizations.test(name)) return false;
  return label.startsWith('UD-') ? undefined : true;
}
