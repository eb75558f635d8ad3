import type { InferEvent } from '../hive/infer.ts';

/** Name of the port on which a view asks the worker of a running run: it posts `{ id, prompt }` once and gets these events. */
export const tryItPort = 'try-it';

export type TryItEvent = InferEvent;
