import { i18n } from '#i18n';
import type { SettingsChange } from '../settings/changes.ts';
import { maxHives } from '../settings/settings.ts';
import type { FileProblem } from '../settings/settings-file.ts';
import { nameHive } from './hive-texts.ts';
import { toKey } from './keys.ts';

const setTo = (label: string, value: string): string => i18n.t('settings.set_to', { label, value });
const setToState = (label: string, on: boolean): string =>
  setTo(label, on ? i18n.t('settings.on') : i18n.t('settings.off'));

/** One change that importing a file would make, as a list item. */
export function changeText(change: SettingsChange): string {
  switch (change.what) {
    case 'added':
      return i18n.t('settings.added', { hive: nameHive(change.hive) });
    case 'removed':
      return i18n.t('settings.removed', { hive: nameHive(change.hive) });
    case 'renamed':
      return i18n.t('settings.renamed', { hive: nameHive(change.hive) });
    case 'order':
      return i18n.t('settings.order');
    case 'defaultHive':
      return setTo(i18n.t('hive.default'), change.hive ? nameHive(change.hive) : i18n.t('hive.best_fit'));
    case 'downloadsAtOnce':
      return setTo(i18n.t('options.downloads'), String(change.to));
    case 'backend':
      return setTo(i18n.t('backend.label'), i18n.t(`backend.${change.to}`));
    case 'notifyFinished':
      return setToState(i18n.t('options.notify_finished'), change.to);
    case 'notifyFailed':
      return setToState(i18n.t('options.notify_failed'), change.to);
    case 'keepAwake':
      return setToState(i18n.t('options.keep_awake'), change.to);
  }
}

/** Why a file cannot be imported. */
export function fileProblemText(problem: FileProblem): string {
  switch (problem.why) {
    case 'too-large':
      return i18n.t('settings.too_large');
    case 'not-json':
      return i18n.t('settings.not_json');
    case 'format':
      return i18n.t('settings.format');
    case 'later':
      return i18n.t('settings.newer_version');
    case 'too-many':
      return i18n.t('settings.too_many', { n: maxHives });
    case 'field':
      return problem.field ? i18n.t('settings.field', { field: problem.field }) : i18n.t('settings.format');
    case 'address':
      return i18n.t('settings.address', {
        address: problem.address,
        problem: i18n.t(`address.${toKey(problem.problem)}`),
      });
    case 'twice':
      return i18n.t('settings.duplicate', { address: problem.address });
    case 'no-such-hive':
      return i18n.t('settings.no_such_hive', { address: problem.address });
  }
}
