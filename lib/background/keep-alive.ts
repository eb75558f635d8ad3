import { browser } from '../browser.ts';

/**
 * Returns a function that keeps the service worker alive, and returns how to release it, once. Browsers terminate it 30 s after the
 * last extension event or API call; bytes on a stream do not count (measured in Chromium 156 and Firefox 153, 2026-11-23).
 */
export function createKeepAlive(): () => () => void {
  let held = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  return () => {
    held += 1;
    timer ??= setInterval(() => void browser.runtime.getPlatformInfo().catch(() => {}), 20_000);
    return () => {
      held -= 1;
      if (held > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  };
}
