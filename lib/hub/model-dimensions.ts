/** The dimensions that decide how much memory a model needs beside its file. */
export type Shape = {
  /** Rows of the embedding table. */
  vocabulary: number;
  /** Columns of the embedding table: `hidden_size`. */
  width: number;
  layers: number;
  /** `num_key_value_heads` × `head_dim`. */
  keyWidth: number;
};

type Published = [
  architecture: string,
  billions: number,
  vocabulary: number,
  width: number,
  layers: number,
  keys: number,
  tied?: 'tied',
];

/**
 * Published models by the architecture in their GGUF header and number of weights in billions, from the `config.json` of each repository
 * (2026-11). Fine-tunes have the dimensions of their base model, so these rows cover most of what is published. `tied`: the output layer is
 * the embedding table (`tie_word_embeddings`).
 */
const published: Published[] = [
  ['llama', 0.135, 49_152, 576, 30, 192, 'tied'], // SmolLM2 135M
  ['llama', 0.362, 49_152, 960, 32, 320, 'tied'], // SmolLM2 360M
  ['llama', 0.514, 32_000, 1_536, 16, 768], // H2O Danube3 500M
  ['llama', 1.1, 32_000, 2_048, 22, 256], // TinyLlama 1.1B
  ['llama', 1.236, 128_256, 2_048, 16, 512, 'tied'], // Llama 3.2 1B
  ['llama', 1.345, 32_000, 2_048, 24, 2_048], // Sheared LLaMA 1.3B
  ['llama', 1.657, 128_000, 2_048, 24, 1_024], // EuroLLM 1.7B
  ['llama', 1.711, 49_152, 2_048, 24, 2_048, 'tied'], // SmolLM2 1.7B
  ['llama', 1.831, 32_000, 2_560, 24, 640], // H2O Danube2 1.8B
  ['llama', 1.868, 99_584, 2_048, 24, 2_048], // LLM-jp-3 1.8B
  ['llama', 2.253, 256_000, 2_048, 24, 2_048], // Salamandra 2B
  ['llama', 2.702, 32_000, 2_560, 32, 2_560], // Sheared LLaMA 2.7B
  ['llama', 3.213, 128_256, 3_072, 28, 1_024, 'tied'], // Llama 3.2 3B
  ['llama', 3.426, 32_000, 3_200, 26, 3_200], // OpenLLaMA 3B
  ['llama', 3.783, 99_584, 3_072, 28, 3_072], // LLM-jp-3 3.7B
  ['llama', 3.962, 32_000, 3_840, 24, 960], // H2O Danube3 4B
  ['llama', 6.061, 64_000, 4_096, 32, 512], // Yi 6B
  ['llama', 6.738, 32_000, 4_096, 32, 4_096], // Llama 2 7B
  ['llama', 6.91, 102_400, 4_096, 30, 4_096], // DeepSeek LLM 7B
  ['llama', 7.242, 32_000, 4_096, 32, 1_024], // Mistral 7B v0.1, v0.2
  ['llama', 7.248, 32_768, 4_096, 32, 1_024], // Mistral 7B v0.3
  ['llama', 7.292, 99_584, 4_096, 32, 4_096], // LLM-jp-3 7.2B
  ['llama', 7.768, 256_000, 4_096, 32, 1_024], // Salamandra 7B
  ['llama', 8.02, 131_072, 4_096, 36, 1_024], // Ministral 8B
  ['llama', 8.03, 128_256, 4_096, 32, 1_024], // Llama 3 8B, 3.1 8B
  ['llama', 9.152, 128_000, 4_096, 42, 1_024], // EuroLLM 9B
  ['llama', 10.73, 32_000, 4_096, 48, 1_024], // SOLAR 10.7B
  ['llama', 12.25, 131_072, 5_120, 40, 1_024], // Mistral Nemo
  ['llama', 12.88, 32_000, 4_096, 32, 1_024], // Mistral 2x7B
  ['llama', 13.02, 32_000, 5_120, 40, 5_120], // Llama 2 13B
  ['llama', 13.71, 99_584, 5_120, 40, 5_120], // LLM-jp-3 13B
  ['llama', 22.25, 32_768, 6_144, 56, 1_024], // Mistral Small 22B, Codestral
  ['llama', 23.57, 131_072, 5_120, 40, 1_024], // Mistral Small 24B
  ['llama', 32.53, 32_000, 6_656, 60, 6_656], // LLaMA 30B
  ['llama', 33.74, 32_000, 8_192, 48, 1_024], // Code Llama 34B
  ['llama', 34.39, 64_000, 7_168, 60, 1_024], // Yi 34B
  ['llama', 46.7, 32_000, 4_096, 32, 1_024], // Mixtral 8x7B
  ['llama', 65.29, 32_000, 8_192, 80, 8_192], // LLaMA 65B
  ['llama', 68.98, 32_000, 8_192, 80, 1_024], // Llama 2 70B
  ['llama', 70.55, 128_256, 8_192, 80, 1_024], // Llama 3 70B, 3.1, 3.3
  ['qwen2', 0.494, 151_936, 896, 24, 128, 'tied'], // Qwen2.5 0.5B
  ['qwen2', 1.544, 151_936, 1_536, 28, 256, 'tied'], // Qwen2.5 1.5B
  ['qwen2', 3.086, 151_936, 2_048, 36, 256, 'tied'], // Qwen2.5 3B
  ['qwen2', 7.616, 152_064, 3_584, 28, 512], // Qwen2.5 7B
  ['qwen2', 7.721, 151_936, 4_096, 32, 4_096], // Qwen1.5 7B
  ['qwen2', 14.17, 152_064, 5_120, 40, 5_120], // Qwen1.5 14B
  ['qwen2', 14.77, 152_064, 5_120, 48, 1_024], // Qwen2.5 14B
  ['qwen2', 32.76, 152_064, 5_120, 64, 1_024], // Qwen2.5 32B
  ['qwen2', 72.71, 152_064, 8_192, 80, 1_024], // Qwen2.5 72B
  ['qwen3', 0.596, 151_936, 1_024, 28, 1_024, 'tied'], // Qwen3 0.6B
  ['qwen3', 1.721, 151_936, 2_048, 28, 1_024, 'tied'], // Qwen3 1.7B
  ['qwen3', 4.022, 151_936, 2_560, 36, 1_024, 'tied'], // Qwen3 4B
  ['qwen3', 8.191, 151_936, 4_096, 36, 1_024], // Qwen3 8B
  ['qwen3', 14.77, 151_936, 5_120, 40, 1_024], // Qwen3 14B
  ['qwen3', 32.76, 151_936, 5_120, 64, 1_024], // Qwen3 32B
  ['qwen3moe', 30.53, 151_936, 2_048, 48, 512], // Qwen3 30B A3B
  ['gemma', 2.506, 256_000, 2_048, 18, 256, 'tied'], // Gemma 2B
  ['gemma', 8.538, 256_000, 3_072, 28, 4_096, 'tied'], // Gemma 7B
  ['gemma2', 2.614, 256_000, 2_304, 26, 1_024, 'tied'], // Gemma 2 2B
  ['gemma2', 9.242, 256_000, 3_584, 42, 2_048, 'tied'], // Gemma 2 9B
  ['gemma2', 27.23, 256_000, 4_608, 46, 2_048, 'tied'], // Gemma 2 27B
  ['gemma3', 0.268, 262_144, 640, 18, 256, 'tied'], // Gemma 3 270M
  ['gemma3', 1, 262_144, 1_152, 26, 256, 'tied'], // Gemma 3 1B
  ['gemma3', 3.88, 262_208, 2_560, 34, 1_024, 'tied'], // Gemma 3 4B
  ['gemma3', 11.77, 262_208, 3_840, 48, 2_048, 'tied'], // Gemma 3 12B
  ['gemma3', 27.01, 262_208, 5_376, 62, 2_048, 'tied'], // Gemma 3 27B
  ['phi3', 3.821, 32_064, 3_072, 32, 3_072], // Phi-3 mini, 3.5 mini
  ['phi3', 3.836, 200_064, 3_072, 32, 1_024, 'tied'], // Phi-4 mini
  ['phi3', 13.96, 32_064, 5_120, 40, 1_280], // Phi-3 medium
  ['phi3', 14.66, 100_352, 5_120, 40, 1_280], // Phi-4
  ['gpt-oss', 20.91, 201_088, 2_880, 24, 512], // gpt-oss 20B
  ['gpt-oss', 116.8, 201_088, 2_880, 36, 512], // gpt-oss 120B
];

/** How far a fine-tune's number of weights may be from its base model's, because of added tokens and heads. */
const tolerance = 0.02;

/**
 * The dimensions of the published model with this number of weights. Some uploads of models with tied layers store the output layer
 * separately; those have one table more.
 */
export function knownShape(weights: number, architecture: string | undefined): Shape | undefined {
  let closest: { shape: Shape; distance: number } | undefined;
  for (const [name, billions, vocabulary, width, layers, keyWidth, tied] of published) {
    if (name !== architecture) continue;
    const sizes = tied ? [billions, billions + (vocabulary * width) / 1e9] : [billions];
    const distance = Math.min(...sizes.map((size) => Math.abs(weights / 1e9 / size - 1)));
    if (distance > tolerance || (closest && closest.distance <= distance)) continue;
    closest = { shape: { vocabulary, width, layers, keyWidth }, distance };
  }
  return closest?.shape;
}

/**
 * Estimates the dimensions of other models from the number of weights. A layer has about 14 × width² weights, the width is about 70 × the
 * number of layers (less in small models), keys are 0.42 × the width: the values that fit the rows above best.
 */
export function estimatedShape(weights: number, vocabulary: number): Shape {
  const ratio = 70 * Math.min(1, Math.sqrt(weights / 4e9));
  const tables = weights < 4e9 ? 1 : 2;
  let width = Math.cbrt((weights * ratio) / 14);
  // Converges within a few rounds: the tables' share of the weights depends on the width.
  for (let round = 0; round < 8; round += 1) {
    const inLayers = Math.max(weights - tables * vocabulary * width, weights / 4);
    width = (width + Math.cbrt((inLayers * ratio) / 14)) / 2;
  }
  return { vocabulary, width, layers: width / ratio, keyWidth: 0.42 * width };
}
