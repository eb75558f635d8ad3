/**
 * Whether the page is dark: the site sets a class on its root element, without any media query or event that all of its generations share.
 * Calls back after each change.
 */
export function watchTheme({ documentElement }: Document, signal: AbortSignal, onChange: () => void): () => boolean {
  const isDark = () => documentElement.classList.contains('dark');
  let dark = isDark();
  const observer = new MutationObserver(() => {
    if (dark === isDark()) return;
    dark = isDark();
    onChange();
  });
  observer.observe(documentElement, { attributeFilter: ['class'] });
  signal.addEventListener('abort', () => observer.disconnect());
  return isDark;
}
