/**
 * Changes every word of the page and wraps it into `<font>`, as browsers do when they translate a page. Elements at `except` keep theirs,
 * which is what happens to most names.
 */
export function translate(page: Document, except = 'script, style'): void {
  const texts = page.createTreeWalker(page.body, 4);
  const found: Node[] = [];
  while (texts.nextNode()) found.push(texts.currentNode);
  for (const text of found) {
    if (!text.nodeValue?.trim() || text.parentElement?.closest(except)) continue;
    const outer = page.createElement('font');
    const inner = outer.appendChild(page.createElement('font'));
    inner.textContent = text.nodeValue.replace(/\p{L}+/gu, 'übersetzt');
    text.parentNode?.replaceChild(outer, text);
  }
}
