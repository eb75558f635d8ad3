import { describe, expect, it } from 'vitest';
import '../english.ts';
import { changeTexts, fileTexts } from '../../../lib/i18n/settings-texts.ts';
import type { SettingsChange } from '../../../lib/settings/changes.ts';
import type { FileProblem } from '../../../lib/settings/settings-file.ts';

const hive = { url: 'http://gpu-box:7835', name: 'Big box' };

describe('the words for a settings file', () => {
  it.each<[SettingsChange, string]>([
    [{ what: 'added', hive }, 'Adds Big box · gpu-box:7835'],
    [{ what: 'removed', hive }, 'Removes Big box · gpu-box:7835'],
    [{ what: 'renamed', hive }, 'Renames to Big box · gpu-box:7835'],
    [{ what: 'order' }, 'Puts the hives in another order'],
    [{ what: 'first', hive }, 'Clicks go to: Big box · gpu-box:7835'],
    [{ what: 'first', hive: undefined }, 'Clicks go to: The hive a model fits best'],
    [{ what: 'downloadsAtOnce', to: 3 }, 'Downloads at a time: 3'],
    [{ what: 'backend', to: 'cuda' }, 'Worker: NVIDIA graphics (CUDA)'],
    [{ what: 'notifications', to: false }, 'Notify me: off'],
    [{ what: 'keepAwake', to: true }, 'Keep this computer awake: on'],
  ])('%j would be said as “%s”', (change, words) => {
    expect(changeTexts(change)).toBe(words);
  });

  it.each<[FileProblem, string]>([
    [{ why: 'too-large' }, 'too large'],
    [{ why: 'not-json' }, 'damaged or is something else'],
    [{ why: 'format' }, 'does not hold settings'],
    [{ why: 'later' }, 'later version'],
    [{ why: 'too-many' }, 'more than 20 hives'],
    [{ why: 'field', field: 'settings.worker' }, '“settings.worker” is missing'],
    [{ why: 'field', field: '' }, 'does not hold settings'],
    [{ why: 'address', address: 'a/b', problem: 'path' }, '“a/b” is not taken: Leave out everything after the port.'],
    [{ why: 'twice', address: 'gpu-box' }, '“gpu-box” twice'],
    [{ why: 'no-such-hive', address: 'gpu-box' }, '“gpu-box”, which is not among'],
  ])('%j is said with what is wrong, and that nothing was changed', (problem, words) => {
    expect(fileTexts(problem)).toContain(words);
    expect(fileTexts(problem)).toContain('Nothing was changed.');
  });
});
