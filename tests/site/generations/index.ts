import type { Generation } from './page.ts';
import { promoted } from './promotion.ts';
import { rewrite } from './rewrite.ts';
import { runWithRbee } from './run-with-rbee.ts';
import { sidebar } from './sidebar.ts';
import { tables } from './tables.ts';

/** Every generation before today's, oldest first. */
export const olderGenerations: readonly Generation[] = [...tables, ...runWithRbee, ...promoted, ...sidebar, ...rewrite];

export type { Generation, Kind, Page } from './page.ts';
