import type { choiceReasons } from './run.ts';

type ChoiceReason = (typeof choiceReasons)[number];

const fileChoices: ReadonlySet<ChoiceReason> = new Set(['no-fit', 'derivatives', 'not-loadable']);

/** Whether the user decides by choosing a file from a list. */
export const isFileChoice = (reason: ChoiceReason | undefined): boolean => !!reason && fileChoices.has(reason);
