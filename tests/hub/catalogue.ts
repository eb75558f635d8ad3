import data from './catalogue.json' with { type: 'json' };
import type { HubRepo } from './repo.ts';

type Published = Omit<HubRepo, 'files'> & { files: Record<string, number> };

/**
 * The default repositories of the stand-in hub, with the file structures that are common on the hub. The file in
 * `ggml-org/models` (1.2 MB) is small enough for a real hive to download; the one in `local/tiny` is found by the hive's search.
 */
export const catalogue: readonly HubRepo[] = (data as unknown as Published[]).map(({ files, ...repo }) => ({
  ...repo,
  files: Object.entries(files).map(([path, size]) => ({ path, size })),
}));
