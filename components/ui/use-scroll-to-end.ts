import { useLayoutEffect, useRef } from 'preact/hooks';

const nearPx = 8;

/** Keeps a box that scrolls at its end while its content grows, unless the person has scrolled away from there. */
export function useScrollToEnd(content: unknown) {
  const ref = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new comes into view when the content changes.
  useLayoutEffect(() => {
    if (ref.current && atEnd.current) ref.current.scrollTop = ref.current.scrollHeight;
  }, [content]);
  const onScroll = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    const { scrollTop, scrollHeight, clientHeight } = currentTarget;
    atEnd.current = scrollHeight - scrollTop - clientHeight < nearPx;
  };
  return { ref, onScroll };
}
