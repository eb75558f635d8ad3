export type Device = {
  id: string;
  name: string;
  device_type: 'gpu' | 'cpu';
  vram_gb: number;
  compute_capability: string | null;
};

const cpu = (cores: number, gb: number): Device => ({
  id: 'CPU-0',
  name: `CPU (${cores} cores)`,
  device_type: 'cpu',
  vram_gb: gb,
  compute_capability: null,
});
const gpu = (index: number, name: string, gb: number, capability: string): Device => ({
  id: `GPU-${index}`,
  name,
  device_type: 'gpu',
  vram_gb: gb,
  compute_capability: capability,
});

/** The devices that `GET /v1/capabilities` lists on some machines. The CPU is the last one, with the memory of the system. */
export const machines = {
  laptop: [cpu(8, 16)],
  small: [cpu(4, 3)],
  server: [cpu(64, 251)],
  gpu8: [gpu(0, 'NVIDIA GeForce RTX 3070', 8, '8.6'), cpu(16, 31)],
  gpu24: [gpu(0, 'NVIDIA GeForce RTX 4090', 23, '8.9'), cpu(16, 64)],
  twoGpus: [gpu(0, 'NVIDIA GeForce RTX 3060', 12, '8.6'), gpu(1, 'NVIDIA RTX A6000', 47, '8.6'), cpu(32, 125)],
} satisfies Record<string, readonly Device[]>;
export type MachineName = keyof typeof machines;
