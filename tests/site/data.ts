import data from './data.json' with { type: 'json' };

/** The content of the pages of every generation. The names are those of real repositories, the numbers are invented. */
export type Model = {
  id: string;
  author: string;
  name: string;
  task: string;
  downloads: number;
  likes: number;
  size: string;
  license: string;
  tags: readonly string[];
  files: readonly string[];
};

export type CivitaiModel = {
  id: number;
  name: string;
  author: string;
  type: string;
  base: string;
  downloads: number;
  likes: number;
  size: string;
  tags: readonly string[];
  trainedWords: readonly string[];
  versions: readonly { id: number; name: string; files: readonly { name: string; size: string }[] }[];
};

export type Worker = {
  id: string;
  name: string;
  description: string;
  version: string;
  license: string;
  backends: readonly string[];
  platforms: readonly string[];
  architectures: readonly string[];
};

export const models: readonly Model[] = data.models.map((model) => {
  const [author = '', name = ''] = model.id.split('/');
  return { ...model, author, name };
});

export const civitaiModels: readonly CivitaiModel[] = data.civitaiModels;

export const workers: readonly Worker[] = data.workers;

export function shortNumber(value: number): string {
  if (value >= 1_000_000) return `${(value / 1_000_000).toFixed(1)}M`;
  return value >= 1_000 ? `${(value / 1_000).toFixed(1)}K` : String(value);
}

export const longNumber = (value: number): string => value.toLocaleString('en-US');
