/**
 * Runs the task now, and again after the delay in ms that each run returns, until the signal aborts. Pauses while the page is hidden and
 * runs as soon as it is visible again.
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
