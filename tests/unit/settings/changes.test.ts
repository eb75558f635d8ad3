import { describe, expect, it } from 'vitest';
import { compareSettings, type SettingsChange } from '../../../lib/settings/changes.ts';
import { defaultSettings, type Settings } from '../../../lib/settings/settings.ts';

const a = { url: 'http://a:7835', name: 'A' };
const b = { url: 'http://b:7835', name: '' };
const c = { url: 'http://c:7835', name: '' };
const before: Settings = { ...defaultSettings, hives: [a, b], defaultHive: b.url };

describe('the changes of imported settings', () => {
  it.each<[string, Partial<Settings>, SettingsChange[]]>([
    ['are empty for the same settings', {}, []],
    ['contain an added hive', { hives: [a, b, c] }, [{ what: 'added', hive: c }]],
    ['contain a removed hive', { hives: [b] }, [{ what: 'removed', hive: a }]],
    ['contain a renamed hive', { hives: [{ ...a, name: 'Z' }, b] }, [{ what: 'renamed', hive: { ...a, name: 'Z' } }]],
    ['contain another order of the hives', { hives: [b, a] }, [{ what: 'order' }]],
    ['contain another default hive', { defaultHive: a.url }, [{ what: 'defaultHive', hive: a }]],
    ['contain the best fit as default', { defaultHive: undefined }, [{ what: 'defaultHive', hive: undefined }]],
    [
      'contain all other settings',
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
      'contain the replacement of all hives',
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
