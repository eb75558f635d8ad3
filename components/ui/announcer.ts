export type Announcer = { say(subject: string, text: string): void; stop(): void };

/**
 * Announces texts through a live region, at most once in `everyMs`. Later texts wait; of those about the same subject only the newest is
 * kept, so that a fast run is announced in its present state.
 */
export function createAnnouncer(speak: (text: string) => void, everyMs = 5_000): Announcer {
  const waiting = new Map<string, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    // An empty text follows, so that the same text is a change again.
    speak([...waiting.values()].join(' '));
    if (waiting.size === 0) return;
    waiting.clear();
    timer = setTimeout(flush, everyMs);
  };

  return {
    say(subject, text) {
      waiting.delete(subject);
      waiting.set(subject, text);
      if (timer === undefined) flush();
    },
    stop() {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
