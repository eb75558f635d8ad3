import { describe, expect, it } from 'vitest';
import '../english.ts';
import { changeText, fileProblemText } from '../../../lib/i18n/settings-texts.ts';
import type { SettingsChange } from '../../../lib/settings/changes.ts';
import type { FileProblem } from '../../../lib/settings/settings-file.ts';

const hive = { url: 'http://gpu-box:7835', name: 'Big box' };

describe('the preview of an imported settings file', () => {
  it.each<[SettingsChange, string]>([
    [{ what: 'added', hive }, 'Add Big box · gpu-box:7835'],
    [{ what: 'removed', hive }, 'Remove Big box · gpu-box:7835'],
    [{ what: 'renamed', hive }, 'Rename to Big box · gpu-box:7835'],
    [{ what: 'order' }, 'Change the order of the hives'],
    [{ what: 'defaultHive', hive }, 'Default hive: Big box · gpu-box:7835'],
    [{ what: 'defaultHive', hive: undefined }, 'Default hive: Best hive for the model'],
    [{ what: 'downloadsAtOnce', to: 3 }, 'Simultaneous downloads: 3'],
    [{ what: 'backend', to: 'cuda' }, 'Backend: NVIDIA GPU (CUDA)'],
    [{ what: 'notifyFinished', to: false }, 'Notify when a run finishes: off'],
    [{ what: 'notifyFailed', to: true }, 'Notify when a run fails: on'],
    [{ what: 'keepAwake', to: true }, 'Keep this computer awake: on'],
  ])('%j is displayed as “%s”', (change, words) => {
    expect(changeText(change)).toBe(words);
  });

  it.each<[FileProblem, string]>([
    [{ why: 'too-large' }, 'too large'],
    [{ why: 'not-json' }, 'damaged or not a settings file'],
    [{ why: 'format' }, 'contains no rbee settings'],
    [{ why: 'later' }, 'newer version'],
    [{ why: 'too-many' }, 'more than 20 hives'],
    [{ why: 'field', field: 'settings.backend' }, '“settings.backend” in this file is missing'],
    [{ why: 'field', field: '' }, 'contains no rbee settings'],
    [
      { why: 'address', address: 'a/b', problem: 'path' },
      '“a/b” in this file is invalid: Remove everything after the port.',
    ],
    [{ why: 'twice', address: 'gpu-box' }, '“gpu-box” twice'],
    [{ why: 'no-such-hive', address: 'gpu-box' }, '“gpu-box” is not among'],
  ])('%j is explained, and the text mentions that nothing was changed', (problem, words) => {
    expect(fileProblemText(problem)).toContain(words);
    expect(fileProblemText(problem)).toContain('Nothing was changed.');
  });
});
