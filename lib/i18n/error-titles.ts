import { i18n } from '#i18n';
import type { ErrorCode } from '../errors.ts';
import { toKey } from './keys.ts';

/** What happened, in a few words. */
export const errorTitle = (code: ErrorCode): string => i18n.t(`error.${toKey(code)}.title`);
