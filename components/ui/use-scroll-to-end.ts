import { useLayoutEffect, useRef } from 'preact/hooks';

const nearPx = 8;

/** Keeps a scrolling element at its end while its content grows, unless the user has scrolled up. */
export function useScrollToEnd(content: unknown) {
  const ref = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the content changes.
  useLayoutEffect(() => {
    if (ref.current && atEnd.current) ref.current.scrollTop = ref.current.scrollHeight;
  }, [content]);
  const onScroll = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    const { scrollTop, scrollHeight, clientHeight } = currentTarget;
    atEnd.current = scrollHeight - scrollTop - clientHeight < nearPx;
  };
  return { ref, onScroll };
}
