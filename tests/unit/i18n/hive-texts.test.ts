import { describe, expect, it } from 'vitest';
import '../english.ts';
import type { HiveStatus } from '../../../lib/hive/types.ts';
import { hiveTexts, nameHive } from '../../../lib/i18n/hive-texts.ts';

const here = 'http://localhost:7835';
const there = 'http://gpu-box:7835';

describe('the state of a hive', () => {
  it.each<[HiveStatus['state'], HiveStatus['why'], string, string, RegExp | undefined]>([
    ['connected', undefined, there, 'Connected', undefined],
    ['offline', 'refused', here, 'Not running', /Start it on this computer/],
    ['offline', 'refused', there, 'Not running', /Start rbee-hive on that machine, or check the address/],
    ['offline', undefined, there, 'Not running', /Start rbee-hive on that machine, or check the address/],
    ['offline', 'refused', 'https://hive.example:443', 'Not running', /certificate/],
    ['offline', 'gateway', there, 'Not running', /proxy/i],
    ['offline', 'timeout', here, 'Not responding', /does not respond/],
    ['offline', 'timeout', there, 'Not responding', /asleep or behind a firewall/],
    ['not-a-hive', undefined, there, 'Not a hive', /Another program is using/],
    ['old-hive', undefined, there, 'Update required', /Update it/],
    ['permission-missing', undefined, there, 'Not allowed', /browser does not allow/],
  ])('%s (%s) at %s is displayed as “%s”', (state, why, url, short, what) => {
    expect(hiveTexts[state].state(why)).toBe(short);
    const detail = hiveTexts[state].detail?.(url, why);
    if (what) expect(detail).toMatch(what);
    else expect(detail).toBeUndefined();
  });

  it('a named hive is displayed with its name and address', () => {
    expect(nameHive({ url: there, name: 'Big box' })).toBe('Big box · gpu-box:7835');
    expect(nameHive({ url: there, name: '' })).toBe('gpu-box:7835');
  });
});
