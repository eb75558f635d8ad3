const pauseMs = 5_000;

/** At most one announcement in 5 s on the whole page: the newest one then. */
export function createPageAnnouncer(): (region: Element, text: string) => void {
  let speak: (() => void) | undefined;
  let waiting = false;
  const next = () => {
    waiting = speak !== undefined;
    if (waiting) setTimeout(next, pauseMs);
    speak?.();
    speak = undefined;
  };
  return (region, text) => {
    speak = () => {
      region.textContent = text;
    };
    // A region that has only just appeared is not heard yet.
    if (!waiting) setTimeout(next, 100);
    waiting = true;
  };
}
