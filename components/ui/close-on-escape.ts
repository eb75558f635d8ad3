import { useEffect } from 'preact/hooks';

/**
 * Escape closes the innermost thing around the focus that was opened: a `<details>`, or whatever the button with `data-escape`
 * closes. With nothing left to close, the browser closes the popup.
 */
export function useCloseOnEscape(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing) return;
      for (let place = document.activeElement; place; place = place.parentElement) {
        const control = findControl(place);
        if (!control) continue;
        event.preventDefault();
        control.focus();
        control.click();
        return;
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

const findControl = (place: Element): HTMLElement | null =>
  place.matches('details[open]')
    ? place.querySelector<HTMLElement>(':scope > summary')
    : place.querySelector<HTMLElement>(':scope > * > [data-escape="true"]');
