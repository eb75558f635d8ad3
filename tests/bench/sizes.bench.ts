/** The sizes of the built files after gzip. */
import { type PartName, parts, sizesOf } from '../build/sizes.ts';
import { judge } from './bench.ts';

for (const part of Object.keys(parts) as PartName[]) {
  const bytes = sizesOf('chrome', part).reduce((sum, [, size]) => sum + size, 0);
  judge(`${part}, kB`, bytes / 1_000, parts[part].limitKb);
}
