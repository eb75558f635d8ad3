import { useEffect, useState } from 'preact/hooks';

/** The time, read again every so often; without an interval it stands still and costs nothing. */
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
