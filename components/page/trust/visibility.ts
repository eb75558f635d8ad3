type VisibilityEntry = IntersectionObserverEntry & { isVisible?: boolean };

/**
 * A first entry comes after 1.5 ms (median, Chromium 156), 11 ms on a slow machine with 1,000 buttons. Nothing comes from a page that
 * paints nothing; on a machine that is overloaded a frame may take long.
 */
const patienceMs = 2_000;
/** How much of a button has to be inside the viewport and not clipped by its ancestors. */
const threshold = 0.75;

/**
 * Observes buttons while the pointer is over them or they have focus: observing all buttons of a long list all the time costs half the
 * processor while it scrolls.
 */
export function createVisibility(signal: AbortSignal) {
  const latest = new Map<Element, VisibilityEntry | undefined>();
  const waiting = new Set<() => void>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (latest.has(entry.target)) latest.set(entry.target, entry);
      for (const resolve of waiting) resolve();
      waiting.clear();
    },
    { threshold, trackVisibility: true, delay: 100 } as IntersectionObserverInit,
  );
  signal.addEventListener('abort', () => observer.disconnect());

  function observe(button: Element): void {
    if (latest.has(button)) return;
    latest.set(button, undefined);
    observer.observe(button);
  }

  return {
    observe,
    unobserve(button: Element): void {
      latest.delete(button);
      observer.unobserve(button);
    },
    /** `isVisible` is undefined where the browser has no such thing (Firefox). */
    async isShown(button: Element): Promise<boolean> {
      observe(button);
      if (!latest.get(button)) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
          setTimeout(resolve, patienceMs);
        });
      }
      const { isVisible, intersectionRatio = 0 } = latest.get(button) ?? {};
      return isVisible !== false && intersectionRatio >= threshold;
    },
  };
}

const untouched = {
  opacity: '1',
  filter: 'none',
  maskImage: 'none',
  clipPath: 'none',
  clip: 'auto',
  mixBlendMode: 'normal',
} as const;

/** Whether no ancestor hides, fades, masks, clips, filters or shrinks the button. `isVisible` ignores `clip-path` and `mask`. */
export function isRendered(button: HTMLElement): boolean {
  const shown = button.checkVisibility({
    opacityProperty: true,
    visibilityProperty: true,
    contentVisibilityAuto: true,
  });
  if (!shown || isShrunk(button)) return false;
  for (let element: Element | undefined = button; element; element = parentOf(element)) {
    const style = getComputedStyle(element);
    for (const [property, value] of Object.entries(untouched)) {
      if (style[property as keyof typeof untouched] !== value) return false;
    }
  }
  return true;
}

function isShrunk(button: HTMLElement): boolean {
  const { width, height } = button.getBoundingClientRect();
  const { currentCSSZoom = 1 } = button as { currentCSSZoom?: number };
  const scale = Math.min(width / button.offsetWidth, height / button.offsetHeight);
  return !(scale > 0.95 * Math.min(currentCSSZoom, 1)) || currentCSSZoom < 0.9;
}

function parentOf(element: Element): Element | undefined {
  const root = element.getRootNode();
  return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : undefined);
}

const inset = [0.12, 0.5, 0.88];

/** Whether the button, and nothing above it, is hit wherever it is inside the viewport. `host` has it in its shadow root. */
export function isTopmost(button: Element, host: Element): boolean {
  const page = host.ownerDocument;
  const { left, top, width, height } = button.getBoundingClientRect();
  const { clientWidth, clientHeight } = page.documentElement;
  const isHit = (x: number, y: number): boolean =>
    x < 0 || y < 0 || x >= clientWidth || y >= clientHeight || page.elementFromPoint(x, y) === host;
  return inset.every((x) => inset.every((y) => isHit(left + x * width, top + y * height)));
}
