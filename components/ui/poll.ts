/**
 * Does the task now and then again, each time after the delay it answered with, until the signal aborts. While the page is
 * hidden it waits; it goes on as soon as the page is shown again.
 */
export function poll(task: () => Promise<number>, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = false;

  const run = async () => {
    timer = undefined;
    due = document.hidden;
    if (due || signal.aborted) return;
    const delay = await task();
    if (!signal.aborted) timer = setTimeout(run, delay);
  };

  document.addEventListener(
    'visibilitychange',
    () => {
      if (due && !document.hidden) void run();
    },
    { signal },
  );
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  void run();
}
