import type { Device } from '../../../lib/hive/types.ts';

export const gpu = (memoryGb: number, index = 0): Device => ({
  id: `GPU-${index}`,
  name: 'GPU',
  kind: 'gpu',
  memoryGb,
});
export const cpu = (memoryGb: number): Device => ({ id: 'CPU-0', name: 'CPU', kind: 'cpu', memoryGb });
