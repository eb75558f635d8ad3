/** @jsxImportSource react */
import { Link } from './router.tsx';
import { Icon } from './ui.tsx';

const pages = [
  ['/models/huggingface', 'HF Models'],
  ['/models/civitai', 'CivitAI Models'],
  ['/workers', 'Workers'],
] as const;

// Without the theme library: changes the class itself and dispatches an event.
function toggleTheme() {
  const { classList, style } = document.documentElement;
  const theme = classList.contains('dark') ? 'light' : 'dark';
  classList.remove('light', 'dark');
  classList.add(theme);
  style.colorScheme = theme;
  localStorage.setItem('theme', theme);
  window.dispatchEvent(new CustomEvent('theme-change', { detail: { theme } }));
}

export function Nav() {
  return (
    <>
      <a href="#main" className="sr-only">
        Skip to content
      </a>
      <nav
        aria-label="Primary"
        className="fixed top-0 inset-x-0 z-50 border-b border-border bg-background font-sans text-sm"
      >
        <div className="nav-row">
          <Link href="/" className="flex items-center gap-2 font-bold">
            <Icon className="size-4" shape="hexagon" />
            rbee
          </Link>
          {pages.map(([href, label]) => (
            <Link key={href} href={href}>
              {label}
            </Link>
          ))}
          <a href="https://docs.rbee.dev">Docs</a>
          <a href="https://github.com/veighnsche/llama-orch" target="_blank" rel="noopener noreferrer">
            GitHub
          </a>
          <button type="button" aria-label="Toggle theme" className="ml-auto" onClick={toggleTheme}>
            ◐
          </button>
          <a href="https://rbee.dev">Back to rbee.dev</a>
        </div>
      </nav>
    </>
  );
}
