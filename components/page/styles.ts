import css from '../styles/page.css?inline';

/** Returns a function that gives a shadow root the button's styles: one style sheet for all roots, where the browser allows it. */
export function createStyles(page: Document): (root: ShadowRoot) => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return (root) => {
    try {
      root.adoptedStyleSheets = [sheet];
    } catch {
      // Firefox does not let content scripts adopt style sheets (bug 1751346).
      const style = page.createElement('style');
      style.textContent = css;
      root.append(style);
    }
  };
}
