import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Catalog, folderOf } from './artifacts.ts';
import type { ModelSeed, WorkerType } from './options.ts';

/** A model as the hive stores it, with its keys in this order. */
export type ModelEntry = {
  id: string;
  name: string;
  author: null;
  source: 'Local';
  path: string;
  size: number;
  status: 'Available' | 'Downloading' | { Failed: { error: string } };
  addedAt: string;
  modelType: 'Llm';
  config: Record<string, never>;
};

export type WorkerEntry = {
  id: string;
  name: string;
  worker_type: 'Cpu' | 'Cuda' | 'Metal' | 'Rocm';
  platform: 'Linux' | 'MacOS' | 'Windows';
  version: string;
  size: number;
  path: string;
  added_at: string;
};

export const workerTypes = { cpu: 'Cpu', cuda: 'Cuda', metal: 'Metal' } as const satisfies Record<WorkerType, string>;
export const workerVersion = '0.1.0';

export const modelPath = (catalog: Catalog<ModelEntry>, id: string): string =>
  join(catalog.root, folderOf(id), 'model.gguf');

export function modelEntry(catalog: Catalog<ModelEntry>, id: string, size: number): ModelEntry {
  return {
    id,
    name: (id.split('/').at(-1) ?? id).split(':')[0] ?? id,
    author: null,
    source: 'Local',
    path: modelPath(catalog, id),
    size,
    status: 'Available',
    addedAt: new Date().toISOString(),
    modelType: 'Llm',
    config: {},
  };
}

/** Registers a model whose file exists. The hive also leaves an empty folder named like the raw id. */
export function addModel(catalog: Catalog<ModelEntry>, id: string, size: number): void {
  catalog.add(modelEntry(catalog, id, size));
  mkdirSync(join(catalog.root, id), { recursive: true });
}

export function seedModel(catalog: Catalog<ModelEntry>, seed: ModelSeed): void {
  const { id, size = 668_788_096 } = typeof seed === 'string' ? { id: seed } : seed;
  if (catalog.contains(id)) return;
  const path = modelPath(catalog, id);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'GGUF');
  addModel(catalog, id, size);
}

export function workerEntry(workerId: string, type: WorkerEntry['worker_type']): WorkerEntry {
  const id = `${workerId}-${workerVersion}-linux`.toLowerCase();
  return {
    id,
    name: id,
    worker_type: type,
    platform: 'Linux',
    version: workerVersion,
    size: 12_345_678,
    path: `/usr/local/bin/${workerId}`,
    added_at: new Date().toISOString().replace('Z', '+00:00'),
  };
}
