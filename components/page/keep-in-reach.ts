import { findRoom, measureContent } from './card-fit.ts';
import type { RunButton } from './run-button.ts';

/** The site's own limit: below it, what stands beside a README comes after it. */
const narrow = '(max-width: 1023px)';
const heightPx = 32;

/**
 * While a detail page's button is out of view on a narrow page, because it comes after a README of any length, keeps it in reach: in free
 * space of the site's fixed navigation bar, or else in a bar of its own below the page. Its place in the page stays reserved. Returns a
 * function to call when its texts have changed.
 */
export function keepInReach({ host, bar, rowWidth, moved }: RunButton, signal: AbortSignal): () => void {
  const page = host.ownerDocument;
  const query = matchMedia(narrow);
  /** As high as the docked bar, so that the end of the page can be scrolled above it. */
  const space = page.createElement('rbee-space');
  space.style.display = 'block';
  let inView = true;
  const observer = new IntersectionObserver(([entry]) => {
    inView = entry?.isIntersecting ?? true;
    update();
  });

  function update(): void {
    float();
    moved();
  }

  function float(): void {
    const away = !inView && query.matches && host.isConnected;
    host.classList.remove('floating', 'icon', 'docked');
    if (!query.matches) space.remove();
    if (!away) return;
    // Measured in its place each time: its texts there may have changed meanwhile.
    host.style.setProperty('--rbee-reserved', `${host.offsetHeight}px`);
    host.classList.add('floating');
    const nav = findFixedNav(page);
    const box = nav?.getBoundingClientRect();
    const sizes = [rowWidth(), heightPx].map((width) => ({ width, height: heightPx }));
    const room = nav && box && findRoom(box, measureContent(nav, box, host), sizes, host.dir === 'rtl', 4);
    if (!box || !room) {
      host.classList.add('docked');
      space.style.height = `${bar.offsetHeight}px`;
      if (host.dataset.state !== 'unsupported') page.documentElement.append(space);
      return;
    }
    space.remove();
    host.classList.toggle('icon', room.size === 1);
    // The bar centres its contents vertically, so what is free at one height is free in the middle as well.
    const top = (box.top + box.bottom - heightPx) / 2;
    host.style.setProperty('--rbee-float', `${top}px auto auto ${room.left}px`);
  }

  observer.observe(host);
  page.defaultView?.addEventListener('resize', update, { signal });
  signal.addEventListener(
    'abort',
    () => {
      observer.disconnect();
      space.remove();
    },
    { once: true },
  );
  return update;
}

function findFixedNav(page: Document): Element | undefined {
  return [...page.querySelectorAll('nav, header')].find((nav) =>
    ['fixed', 'sticky'].includes(getComputedStyle(nav).position),
  );
}
