/** Returns what gives the look to a shadow root: one style sheet for all of them, where the browser lets us. */
export function createLook(page: Document, look: string): (root: ShadowRoot) => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(look);
  return (root) => {
    try {
      root.adoptedStyleSheets = [sheet];
    } catch {
      // Firefox keeps adopted style sheets from content scripts (bug 1751346).
      const style = page.createElement('style');
      style.textContent = look;
      root.append(style);
    }
  };
}
