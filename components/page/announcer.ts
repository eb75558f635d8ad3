const pauseMs = 5_000;

/** Announces at most one text in 5 s on the whole page; of those that wait, only the newest. */
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
