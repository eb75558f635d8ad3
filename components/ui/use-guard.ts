import { useEffect, useState } from 'preact/hooks';

const guardMs = 500;

/** True for 500 ms after the view appeared or its window was focused: a click in that time was aimed at something else. */
export function useGuard(): boolean {
  const [guarded, setGuarded] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const guard = () => {
      setGuarded(true);
      clearTimeout(timer);
      timer = setTimeout(() => setGuarded(false), guardMs);
    };
    guard();
    window.addEventListener('focus', guard);
    return () => {
      window.removeEventListener('focus', guard);
      clearTimeout(timer);
    };
  }, []);
  return guarded;
}
