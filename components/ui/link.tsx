import type { ComponentChildren } from 'preact';

type Props = { url: string; look?: 'primary' | 'plain'; children: ComponentChildren };

/** A page on the web, opened in a new tab. */
export function Link({ url, look, children }: Props) {
  return (
    <a href={url} target="_blank" rel="noreferrer" class={look && `button ${look}`}>
      {children}
    </a>
  );
}
