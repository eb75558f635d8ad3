/** A repository of the local hub. Sizes are those of the API; the server may send fewer bytes. */
export type HubFile = { path: string; size: number };

export type HubRepo = {
  id: string;
  files: readonly HubFile[];
  gated?: false | 'auto' | 'manual';
  /** The replies for a private repository are those for a missing one. */
  private?: boolean;
  /** Disabled by the hub, but still listed. */
  disabled?: boolean;
  tags?: readonly string[];
  downloads?: number;
  likes?: number;
  pipelineTag?: string;
  libraryName?: string;
  /** The model this one is a quantized derivative of. */
  quantizedFrom?: string;
  gguf?: {
    total: number;
    architecture: string;
    context_length: number;
    bos_token?: string;
    eos_token?: string;
    chat_template?: string;
  };
  /** Former names, which are redirected to `id`. */
  renamedFrom?: readonly string[];
};

const lfsThreshold = 10_000_000;
export const isLfs = (file: HubFile): boolean =>
  file.size >= lfsThreshold || /\.(?:gguf|safetensors|bin|pth|onnx)$/.test(file.path);

export const isGguf = (repo: HubRepo): boolean => repo.files.some((file) => file.path.endsWith('.gguf'));
