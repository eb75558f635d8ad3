import { useEffect, useState } from 'preact/hooks';

/** The current time, updated at this interval; without one it is only read when the component renders. */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return everyMs === undefined ? Date.now() : now;
}
