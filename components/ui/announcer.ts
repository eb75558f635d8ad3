export type Announcer = { say(subject: string, text: string): void; stop(): void };

/**
 * Speaks through a live region, at most once in `everyMs`. What comes in between waits; of one subject only the newest is
 * kept, so that a fast run is heard where it is and not where it was.
 */
export function createAnnouncer(speak: (text: string) => void, everyMs = 5_000): Announcer {
  const waiting = new Map<string, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    // Emptied once it was heard: the same words are then a change again.
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
