/** What rbee's worker catalog (gwc.rbee.dev) published: one entry per backend until 2025-11-12, then one per kind with variants. */
export type CatalogWorker = {
  id: string;
  name: string;
  description: string;
  version: string;
  platforms?: string[];
  architectures?: string[];
  [key: string]: unknown;
};

const backends = ['cpu', 'cuda', 'metal', 'rocm'];
const kinds = { llm: 'text generation', sd: 'image generation' };
const platformsOf = (backend: string): string[] =>
  backend === 'metal' ? ['macos'] : backend === 'rocm' ? ['linux'] : ['linux', 'windows'];
const architecturesOf = (backend: string): string[] => (backend === 'metal' ? ['aarch64'] : ['x86_64', 'aarch64']);

export const flatCatalog: readonly CatalogWorker[] = Object.entries(kinds).flatMap(([kind, task]) =>
  backends.map((backend) => ({
    id: `${kind}-worker-rbee-${backend}`,
    name: `${kind.toUpperCase()} Worker rbee (${backend.toUpperCase()})`,
    description: `Worker for ${task} on ${backend}`,
    implementation: 'rust',
    workerType: backend,
    version: '0.1.0',
    platforms: platformsOf(backend),
    architectures: architecturesOf(backend),
    license: 'GPL-3.0-or-later',
    pkgbuildUrl: `/workers/${kind}-worker-rbee-${backend}/PKGBUILD`,
    depends: ['gcc'],
    binaryName: `${kind}-worker-rbee-${backend}`,
    installPath: `/usr/local/bin/${kind}-worker-rbee-${backend}`,
    supportedFormats: kind === 'llm' ? ['gguf', 'safetensors'] : ['safetensors'],
  })),
);

export const consolidatedCatalog: readonly CatalogWorker[] = Object.entries(kinds).map(([kind, task]) => ({
  id: `${kind}-worker-rbee`,
  name: `${kind.toUpperCase()} Worker rbee`,
  description: `Worker for ${task}`,
  implementation: 'rust',
  version: '0.1.0',
  license: 'GPL-3.0-or-later',
  variants: backends.map((backend) => ({
    backend,
    platforms: platformsOf(backend),
    architectures: architecturesOf(backend),
    pkgbuildUrl: `/workers/${kind}-worker-rbee-${backend}/PKGBUILD`,
    depends: ['gcc'],
    binaryName: `${kind}-worker-rbee-${backend}`,
    installPath: `/usr/local/bin/${kind}-worker-rbee-${backend}`,
  })),
  capabilities: { supportedFormats: kind === 'llm' ? ['gguf', 'safetensors'] : ['safetensors'] },
}));
