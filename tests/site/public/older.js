// The effects and click handlers of the older pages, which React added after hydration.
(() => {
  window.__siteErrors = [];

  const report = (kind, message) => {
    window.__siteErrors.push({ kind, message, stack: '' });
    reportError(new Error(message));
  };

  const reportErrors = (what, act) => {
    try {
      act();
    } catch (error) {
      report('uncaught', `${what}: ${error}`);
    }
  };

  // An inserted element made the real pages rebuild themselves (React error 418).
  function hydrate(script) {
    const expected = Number(script?.dataset.elements);
    const found = document.querySelectorAll('*').length;
    if (expected !== found) {
      report('recoverable', `hydrated ${found} elements, expected ${expected}`);
    }
    for (const element of document.querySelectorAll('*')) element.__served = true;
  }

  function announce() {
    const host = document.createElement('next-route-announcer');
    host.style.cssText = 'position:absolute';
    host.attachShadow({ mode: 'open' }).innerHTML =
      '<div aria-live="assertive" id="__next-route-announcer__" role="alert"></div>';
    document.body.append(host);
  }

  const inPage = (selector) =>
    [...document.querySelectorAll(selector)].filter((element) => !element.closest('.markdown-content, .prose'));
  const withText = (selector, text) => inPage(selector).find((element) => element.textContent.trim() === text);
  const modelId = () =>
    inPage('p').find((element) => element.textContent === 'Model ID')?.parentElement.nextElementSibling.textContent;

  // React removes the old element from its parent and appends the new one. Both fail if the extension has moved them.
  function swap(old, markup) {
    const template = document.createElement('template');
    template.innerHTML = markup;
    const fresh = template.content.firstElementChild;
    const parent = old.parentElement;
    reportErrors('swap', () => {
      parent.removeChild(old);
      parent.appendChild(fresh);
    });
    return fresh;
  }

  const icon = (classes) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true" class="${classes}"><path d="M12 4v12m-5-5 5 5 5-5M5 20h14"></path></svg>`;
  const plainButton = 'inline-flex items-center justify-center rounded-md';

  async function isKeeperRunning() {
    if (localStorage.getItem('rbee-keeper-detected') === 'true') return true;
    try {
      await fetch('http://localhost:9200/health', { mode: 'no-cors', signal: AbortSignal.timeout(1000) });
      localStorage.setItem('rbee-keeper-detected', 'true');
      return true;
    } catch {
      return false;
    }
  }

  async function detectKeeper(checking) {
    if (!(await isKeeperRunning())) {
      swap(
        checking,
        `<a href="https://github.com/veighnsche/llama-orch/releases" target="_blank" rel="noopener noreferrer" class="${plainButton} bg-secondary px-6 py-3 text-sm font-medium">${icon('mr-2 h-4 w-4')}Download Keeper${icon('ml-2 h-4 w-4')}</a>`,
      );
      return;
    }
    const run = swap(
      checking,
      `<button class="${plainButton} bg-primary px-6 py-3 text-sm font-medium text-primary-foreground">${icon('mr-2 h-4 w-4')}Run with rbee</button>`,
    );
    run.addEventListener('click', () => {
      localStorage.setItem('rbee-keeper-detected', 'true');
      location.href = `rbee://model/${modelId()}`;
    });
  }

  function workerButton(button) {
    reportErrors('label', () => {
      button.lastChild.nodeValue = 'Open in rbee App';
    });
    button.addEventListener('click', () => {
      location.href = `rbee://install-worker/${encodeURIComponent(location.pathname.split('/').pop())}`;
    });
  }

  // The lossy form of the id that the addresses contain.
  const slug = (id) =>
    id
      .toLowerCase()
      .replace(/[^a-z0-9/-]/g, '-')
      .replace(/-+/g, '-')
      .replace(/\//g, '--');

  function rows(encoded) {
    for (const row of inPage('tr.cursor-pointer')) {
      row.addEventListener('click', () => {
        const id = `${row.cells[1].textContent}/${row.cells[0].querySelector('.font-semibold').textContent}`;
        location.href = `/models/${encoded ? encodeURIComponent(id) : slug(id)}`;
      });
    }
  }

  function themeToggle() {
    document.querySelector('[aria-label="Toggle theme"]')?.addEventListener('click', () => {
      const { classList, style } = document.documentElement;
      const theme = classList.contains('dark') ? 'light' : 'dark';
      classList.remove('light', 'dark');
      classList.add(theme);
      style.colorScheme = theme;
      localStorage.setItem('theme', theme);
      window.dispatchEvent(new CustomEvent('theme-change', { detail: { theme } }));
    });
  }

  function start(script) {
    window.next = { version: '15.4.6', appDir: true };
    hydrate(script);
    themeToggle();
    rows(script?.dataset.slug === 'encoded');
    const install = withText('main button[data-slot="button"]:not([disabled])', 'Install');
    if (install) workerButton(install);
    const checking = withText('main button[disabled]', 'Checking...');
    if (checking) void detectKeeper(checking);
    announce();
    window.__siteHydrated = performance.now();
  }

  const script = document.currentScript;
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => start(script));
  else start(script);
})();
