/** A repository of the local hub. Sizes are those of the API; the server may send fewer bytes. */
export type HubFile = { path: string; size: number };

export type HubRepo = {
  id: string;
  files: readonly HubFile[];
  gated?: false | 'auto' | 'manual';
  /** A private repository is answered as if it were missing. */
  private?: boolean;
  /** Disabled by the hub: still listed. */
  disabled?: boolean;
  tags?: readonly string[];
  downloads?: number;
  likes?: number;
  pipelineTag?: string;
  libraryName?: string;
  /** The model this one is a quantised derivative of. */
  quantizedFrom?: string;
  gguf?: {
    total: number;
    architecture: string;
    context_length: number;
    bos_token?: string;
    eos_token?: string;
    chat_template?: string;
  };
  /** Former names: answered with a redirect to `id`. */
  renamedFrom?: readonly string[];
};

const lfsThreshold = 10_000_000;
export const isLfs = (file: HubFile): boolean =>
  file.size >= lfsThreshold || /\.(?:gguf|safetensors|bin|pth|onnx)$/.test(file.path);

export const isGguf = (repo: HubRepo): boolean => repo.files.some((file) => file.path.endsWith('.gguf'));
