import { readFileSync } from 'node:fs';

/** The HTML of a saved page, by its file name without the extension. */
export const readFixture = (name: string): string => readFileSync(new URL(`${name}.html`, import.meta.url), 'utf8');
