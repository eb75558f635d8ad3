import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../../lib/settings/settings.ts';
import {
  type FileProblem,
  maxSettingsBytes,
  readSettingsFile,
  writeSettingsFile,
} from '../../../lib/settings/settings-file.ts';

const some: Settings = {
  schema: 1,
  hives: [
    { url: 'http://192.168.1.20:7835', name: 'Big box' },
    { url: 'http://[2001:db8::1]:7834', name: '' },
  ],
  defaultHive: 'http://[2001:db8::1]:7834',
  downloadsAtOnce: 3,
  backend: 'cuda',
  notifyFinished: false,
  notifyFailed: true,
  keepAwake: true,
};

const file = (settings: object = {}, head: object = {}) => {
  const { schema, ...base } = some;
  return JSON.stringify({ format: 'rbee-settings', version: 1, settings: { ...base, ...settings }, ...head });
};
const hives = (...urls: string[]) => ({ hives: urls.map((url) => ({ url, name: '' })), defaultHive: undefined });

describe('settings in a file', () => {
  it.each([
    ['with default values', defaultSettings],
    ['with a value for every field', some],
  ])('%s are the same after export and import', (_, settings) => {
    expect(readSettingsFile(writeSettingsFile(settings))).toEqual({ settings });
  });

  it('are formatted for reading', () => {
    expect(writeSettingsFile(defaultSettings)).toBe(`{
  "format": "rbee-settings",
  "version": 1,
  "settings": {
    "hives": [],
    "downloadsAtOnce": 1,
    "backend": "auto",
    "notifyFinished": true,
    "notifyFailed": true,
    "keepAwake": false
  }
}
`);
  });

  it('may contain addresses as users type them', () => {
    const text = file({
      hives: [
        { url: ' GPU-box ', name: ' Box ' },
        { url: '::1', name: '' },
      ],
      defaultHive: 'gpu-box',
    });
    expect(readSettingsFile(text)).toMatchObject({
      settings: {
        hives: [
          { url: 'http://gpu-box:7835', name: 'Box' },
          { url: 'http://[::1]:7835', name: '' },
        ],
        defaultHive: 'http://gpu-box:7835',
      },
    });
  });

  it('may contain the maximum number of hives', () => {
    const urls = Array.from({ length: 20 }, (_, index) => `http://box-${index}:7835`);
    expect(readSettingsFile(file(hives(...urls)))).toMatchObject({ settings: { hives: { length: 20 } } });
  });
});

describe('a settings file', () => {
  const many = Array.from({ length: 21 }, (_, index) => `http://box-${index}:7835`);
  it.each<[string, string, FileProblem]>([
    ['that is empty', '', { why: 'not-json' }],
    ['that is cut off', file().slice(0, -9), { why: 'not-json' }],
    ['that is a picture', '\u0089PNG\r\n', { why: 'not-json' }],
    ['that is JSON of another program', '{"name":"x"}', { why: 'format' }],
    ['that is a list', '[]', { why: 'format' }],
    ['that is null', 'null', { why: 'format' }],
    ['that is a text', '"rbee-settings"', { why: 'format' }],
    ['that is a diagnostics file', '{"format":"rbee-diagnostics","version":1}', { why: 'format' }],
    ['of a later version', file({}, { version: 2, field: 'new' }), { why: 'later' }],
    ['without a version', file({}, { version: undefined }), { why: 'field', field: 'version' }],
    ['with an invalid version', file({}, { version: '1' }), { why: 'field', field: 'version' }],
    ['without settings', file({}, { settings: 7 }), { why: 'field', field: 'settings' }],
    ['with an unknown field', file({}, { more: 1 }), { why: 'field', field: 'more' }],
    ['with an unknown setting', file({ colour: 'red' }), { why: 'field', field: 'settings.colour' }],
    ['with an unknown backend', file({ backend: 'rocm' }), { why: 'field', field: 'settings.backend' }],
    ['with too many downloads', file({ downloadsAtOnce: 5 }), { why: 'field', field: 'settings.downloadsAtOnce' }],
    ['with 1.5 downloads', file({ downloadsAtOnce: 1.5 }), { why: 'field', field: 'settings.downloadsAtOnce' }],
    ['without a setting', file({ notifyFailed: undefined }), { why: 'field', field: 'settings.notifyFailed' }],
    ['with a text instead of a hive', file({ hives: ['gpu-box'] }), { why: 'field', field: 'settings.hives.0' }],
    [
      'with a name that is too long',
      file({ hives: [{ url: 'gpu-box', name: 'x'.repeat(61) }] }),
      { why: 'field', field: 'settings.hives.0.name' },
    ],
    [
      'with a password for a hive',
      file({ hives: [{ url: 'gpu-box', name: '', password: 'x' }] }),
      { why: 'field', field: 'settings.hives.0.password' },
    ],
    [
      'with a prototype',
      file().replace('"backend"', '"__proto__":{},"backend"'),
      { why: 'field', field: 'settings.__proto__' },
    ],
    ['with 21 hives', file(hives(...many)), { why: 'too-many' }],
    ['with an empty address', file(hives('')), { why: 'address', address: '', problem: 'empty' }],
    [
      'with a script for an address',
      file(hives('javascript://x')),
      { why: 'address', address: 'javascript://x', problem: 'scheme' },
    ],
    [
      'with credentials',
      file(hives('gpu-box', 'http://me:secret@gpu-box')),
      { why: 'address', address: 'http://me:secret@gpu-box', problem: 'credentials' },
    ],
    ['with a path', file(hives('gpu-box/v1')), { why: 'address', address: 'gpu-box/v1', problem: 'path' }],
    ['with an invalid host', file(hives('gpu box')), { why: 'address', address: 'gpu box', problem: 'host' }],
    ['with an invalid port', file(hives('gpu-box:x')), { why: 'address', address: 'gpu-box:x', problem: 'port' }],
    [
      'with an endless address',
      file(hives('x'.repeat(400))),
      { why: 'address', address: `${'x'.repeat(80)}…`, problem: 'host' },
    ],
    [
      'with a hive twice',
      file(hives('gpu-box', 'http://GPU-box:7835/')),
      { why: 'twice', address: 'http://GPU-box:7835/' },
    ],
    [
      'with a default hive that is not in the list',
      file({ defaultHive: 'other' }),
      { why: 'no-such-hive', address: 'other' },
    ],
    ['with an empty default hive', file({ defaultHive: '' }), { why: 'no-such-hive', address: '' }],
    ['with a default hive but no hives', file({ hives: [] }), { why: 'no-such-hive', address: some.defaultHive ?? '' }],
    ['that is too large', ' '.repeat(maxSettingsBytes + 1), { why: 'too-large' }],
  ])('%s is rejected', (_, text, problem) => {
    expect(readSettingsFile(text)).toEqual({ problem });
  });
});
