import { useEffect, useState } from 'preact/hooks';
import { browser } from '../../lib/browser.ts';

/** A value that changes while a view is open. */
export type Live<T> = { readonly current: T; subscribe(listener: (value: T) => void): () => void };

export type Changes = Record<string, { newValue?: unknown }>;

/**
 * Something in a storage area as it is now and from now on. `apply` returns the same value where the changes do not concern it.
 * Follows until the signal aborts; without one, as long as the page lives.
 */
export async function followStorage<T>(
  area: 'local' | 'session',
  read: () => Promise<T>,
  apply: (value: T, changes: Changes) => T,
  signal?: AbortSignal,
): Promise<Live<T>> {
  const listeners = new Set<(value: T) => void>();
  const early: Changes[] = [];
  let state: { value: T } | undefined;

  const onChanged = (changes: Changes) => {
    if (!state) return void early.push(changes);
    const value = apply(state.value, changes);
    if (value === state.value) return;
    state.value = value;
    for (const listener of listeners) listener(value);
  };
  // Listens before it reads, so that no change between the two is lost.
  const { onChanged: event } = browser.storage[area];
  event.addListener(onChanged);
  signal?.addEventListener('abort', () => event.removeListener(onChanged), { once: true });

  const value = await read();
  const followed = { value: early.reduce(apply, value) };
  state = followed;
  return {
    get current() {
      return followed.value;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export function useLive<T>(live: Live<T>): T {
  const [value, setValue] = useState(live.current);
  useEffect(() => {
    setValue(() => live.current);
    return live.subscribe((next) => setValue(() => next));
  }, [live]);
  return value;
}
