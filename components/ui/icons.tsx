import type { ComponentChildren } from 'preact';

function Icon({ children, size = 16 }: { children: ComponentChildren; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const Sliders = () => (
  <Icon>
    <path d="M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6" />
    <circle cx="10" cy="4.5" r="2" />
    <circle cx="6" cy="11.5" r="2" />
  </Icon>
);

export const Expand = () => (
  <Icon>
    <path d="M9.5 2.5h4v4M13.5 2.5 9 7M6.5 3.5h-3a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1v-3" />
  </Icon>
);

export const Chevron = () => (
  <Icon>
    <path d="m4 6 4 4 4-4" />
  </Icon>
);

/** The state of a step as a symbol, so that it does not depend on colour. */
export const StepMark = ({ state }: { state: string }) => (
  <svg class="mark" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
    <path class="cell" d="M9 1.2 15.8 5.1v7.8L9 16.8 2.2 12.9V5.1z" />
    <path class="sign" d={signs[state] ?? ''} />
  </svg>
);

const signs: Record<string, string> = {
  active: 'M6 9h.01M9 9h.01M12 9h.01',
  done: 'm5.8 9.2 2.2 2.2 4.2-4.6',
  failed: 'M9 5.6v4M9 12.2v.01',
  cancelled: 'm6.8 6.8 4.4 4.4M11.2 6.8l-4.4 4.4',
  skipped: 'M6.2 9h5.6',
};
