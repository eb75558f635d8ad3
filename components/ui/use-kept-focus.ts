import { useLayoutEffect } from 'preact/hooks';

/**
 * Where what had the focus goes with a change, or is only moved by it, the keyboard goes on there or at the heading of the run or
 * section it was in, not at the start of the page.
 */
export function useKeptFocus(): void {
  // While this renders, the page is still as it was.
  const before = document.activeElement as HTMLElement | null;
  const home = before?.closest('[data-run], section');
  useLayoutEffect(() => {
    if (!before || document.activeElement !== document.body) return;
    const goal = before.isConnected ? before : home?.querySelector<HTMLElement>('[tabindex="-1"]');
    goal?.focus();
  });
}
