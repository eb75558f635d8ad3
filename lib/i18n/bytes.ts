import { say } from './say.ts';

/** The language the texts are in, so that numbers read like the words around them. */
export const language = (): string => say(['language']);

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** `669 MB`, `4.9 GB`: decimal units, as hubs and rbee-hive count. With a `reach` of 10 the next unit begins at its tenth: `0.7 GB`. */
export function formatBytes(bytes: number, reach = 1): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes * reach) / 3), byteUnits.length - 1);
  return new Intl.NumberFormat(language(), {
    style: 'unit',
    unit: byteUnits[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    minimumFractionDigits: power > 2 ? 1 : 0,
    maximumFractionDigits: power > 2 ? 1 : 0,
  }).format(bytes / 1000 ** power);
}

/** GiB as rbee-hive names them. */
export const formatMemory = (gigabytes: number): string =>
  new Intl.NumberFormat(language(), { style: 'unit', unit: 'gigabyte' }).format(gigabytes);

/** `12K`, `3.4M`. */
export const formatCount = (count: number): string =>
  new Intl.NumberFormat(language(), { notation: 'compact' }).format(count);
