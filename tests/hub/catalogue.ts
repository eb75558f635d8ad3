import data from './catalogue.json' with { type: 'json' };
import type { HubRepo } from './repo.ts';

type Published = Omit<HubRepo, 'files'> & { files: Record<string, number> };

/**
 * What the local hub publishes by default: the shapes in which people publish models. `ggml-org/models` has the one file that is
 * small enough for a real hive to download in a check (1.2 MB), `local/tiny` the one name that the hive's own search finds.
 */
export const catalogue: readonly HubRepo[] = (data as unknown as Published[]).map(({ files, ...repo }) => ({
  ...repo,
  files: Object.entries(files).map(([path, size]) => ({ path, size })),
}));
