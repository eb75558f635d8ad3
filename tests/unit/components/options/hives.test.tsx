// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import '../../english.ts';
import { HiveRegion } from '../../../../components/hive/hive-region.tsx';
import { Hives } from '../../../../components/options/hives.tsx';
import type { HiveStatus } from '../../../../lib/hive/types.ts';
import { defaultSettings, type Settings } from '../../../../lib/settings/settings.ts';
import { root, serve } from '../service.ts';

const local = 'http://localhost:7834';
const hive = (name: string) => ({ url: `http://${name}:7835`, name: '' });
const status = (state: HiveStatus['state'], url = local) => ({ ok: true, value: { url, state, devices: [] } });
const allow = (allowed: boolean) => Object.assign(fakeBrowser.permissions, { request: async () => allowed });
const press = (name: RegExp) =>
  act(async () => [...root.querySelectorAll('button')].find((button) => name.test(button.textContent ?? ''))?.click());

/** Shows these hives and applies changes as the options do. Returns the latest ones. */
async function show(hives: Settings['hives'], local: HiveStatus['state'] = 'connected') {
  const shown = { hives };
  serve({ 'hive/test': () => status(local) });
  const change = async (more: Partial<Settings>) => {
    Object.assign(shown, more);
    draw();
    return true;
  };
  const draw = () => render(<Hives settings={{ ...defaultSettings, ...shown }} change={change} />, root);
  await act(draw);
  return shown;
}

it.each([
  ['stays in the list if it responds', 'connected', [{ url: local, name: '' }, hive('gpu-box')]],
  ['is not added if it does not respond', 'offline', [hive('gpu-box')]],
] as const)(
  'when the first hive on another machine is added, the one on this computer %s',
  async (_, state, expected) => {
    allow(true);
    const shown = await show([], state);
    const input = root.querySelector('input') as HTMLInputElement;
    input.value = 'gpu-box';
    await act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
    await act(
      () => void root.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })),
    );
    await vi.waitFor(() => expect(shown.hives).toEqual(expected));
  },
);

it('a double click on “Remove” removes one hive', async () => {
  const shown = await show([hive('a'), hive('b'), hive('c')]);
  await press(/^Remove/);
  await press(/^Remove/);
  expect(shown.hives).toEqual([hive('b'), hive('c')]);
});

it('the popup says so if the browser did not grant access to a hive', async () => {
  allow(false);
  const hives: HiveStatus[] = [{ url: local, state: 'permission-missing', devices: [] }];
  await act(() => render(<HiveRegion hives={hives} error={undefined} onHives={() => {}} />, root));
  await press(/^Allow/);
  await vi.waitFor(() => expect(root.querySelector('[role="alert"]')?.textContent).toMatch(/did not grant permission/));
});
