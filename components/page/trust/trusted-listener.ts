/** Returns a function that listens in the capture phase and ignores events that scripts have made. */
export const trustedListener =
  (signal: AbortSignal) =>
  (target: EventTarget | null | undefined, type: string, listener: (event: Event) => unknown): void =>
    target?.addEventListener(type, (event) => event.isTrusted && listener(event), { signal, capture: true });
