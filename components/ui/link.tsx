import type { ComponentChildren } from 'preact';

type Props = { url: string; variant?: 'primary' | 'plain'; children: ComponentChildren };

/** A page on the web, opened in a new tab. */
export function Link({ url, variant, children }: Props) {
  return (
    <a href={url} target="_blank" rel="noreferrer" class={variant && `button ${variant}`}>
      {children}
    </a>
  );
}
