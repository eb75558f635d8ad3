import { useLayoutEffect, useRef } from 'preact/hooks';

/** Focuses the element when it appears, and again each time `content` changes. */
export function useFocus<E extends HTMLElement>(content?: unknown) {
  const ref = useRef<E>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new content is focused even in the same element.
  useLayoutEffect(() => ref.current?.focus(), [content]);
  return ref;
}
