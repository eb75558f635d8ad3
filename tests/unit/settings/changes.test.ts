import { describe, expect, it } from 'vitest';
import { compareSettings, type SettingsChange } from '../../../lib/settings/changes.ts';
import { defaultSettings, type Settings } from '../../../lib/settings/settings.ts';

const a = { url: 'http://a:7835', name: 'A' };
const b = { url: 'http://b:7835', name: '' };
const c = { url: 'http://c:7835', name: '' };
const before: Settings = { ...defaultSettings, hives: [a, b], defaultHive: b.url };

describe('what another set of settings would change', () => {
  it.each<[string, Partial<Settings>, SettingsChange[]]>([
    ['nothing', {}, []],
    ['a hive more', { hives: [a, b, c] }, [{ what: 'added', hive: c }]],
    ['a hive less, so that there is nothing to choose any more', { hives: [b] }, [{ what: 'removed', hive: a }]],
    ['another name', { hives: [{ ...a, name: 'Z' }, b] }, [{ what: 'renamed', hive: { ...a, name: 'Z' } }]],
    ['another order', { hives: [b, a] }, [{ what: 'order' }]],
    ['another first choice', { defaultHive: a.url }, [{ what: 'defaultHive', hive: a }]],
    ['the best fit again', { defaultHive: undefined }, [{ what: 'defaultHive', hive: undefined }]],
    [
      'everything else',
      { downloadsAtOnce: 4, backend: 'cpu', notifyFinished: false, notifyFailed: false, keepAwake: true },
      [
        { what: 'downloadsAtOnce', to: 4 },
        { what: 'backend', to: 'cpu' },
        { what: 'notifyFinished', to: false },
        { what: 'notifyFailed', to: false },
        { what: 'keepAwake', to: true },
      ],
    ],
    [
      'all hives',
      { hives: [c], defaultHive: undefined },
      [
        { what: 'added', hive: c },
        { what: 'removed', hive: a },
        { what: 'removed', hive: b },
      ],
    ],
  ])('%s', (_, changes, expected) => {
    expect(compareSettings(before, { ...before, ...changes } as Settings)).toEqual(expected);
  });
});
