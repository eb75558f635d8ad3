import { findRoom, measureContent } from './card-fit.ts';

/** The site's own limit: below it, what stands beside a README comes after it. */
const narrow = '(max-width: 1023px)';
const sizes = [
  { width: 150, height: 32 },
  { width: 32, height: 32 },
];

/**
 * While a detail page's button is out of view on a narrow page, because it comes after a README of any length, shows it in free space of
 * the site's fixed navigation bar: reachable from everywhere, and covering nothing. Its place in the page stays reserved.
 */
export function floatInNav(host: HTMLElement, signal: AbortSignal): void {
  const page = host.ownerDocument;
  const query = matchMedia(narrow);
  let inView = true;
  const observer = new IntersectionObserver(([entry]) => {
    inView = entry?.isIntersecting ?? true;
    update();
  });

  function update(): void {
    const nav = !inView && query.matches && host.isConnected ? findFixedNav(page) : undefined;
    const box = nav?.getBoundingClientRect();
    const room = nav && box && findRoom(box, measureContent(nav, box, host), sizes, host.dir === 'rtl', 4);
    host.classList.toggle('floating', Boolean(room));
    host.classList.toggle('icon', room?.size === 1);
    // What stands in the bar is centred, so free space is free at its middle as well.
    const top = box && (box.top + box.bottom - (sizes[0]?.height ?? 0)) / 2;
    if (room) host.style.setProperty('--rbee-float', `${top}px auto auto ${room.left}px`);
  }

  observer.observe(host);
  page.defaultView?.addEventListener('resize', update, { signal });
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
}

function findFixedNav(page: Document): Element | undefined {
  return [...page.querySelectorAll('nav, header')].find((nav) =>
    ['fixed', 'sticky'].includes(getComputedStyle(nav).position),
  );
}
