import type { ComponentChildren } from 'preact';
import { openTab } from './open.ts';

type Props = { url: string; look?: 'primary' | 'plain'; children: ComponentChildren };

/** A page on the web, opened in a new tab. */
export function Link({ url, look, children }: Props) {
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      class={look && `button ${look}`}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        void openTab(url);
      }}
    >
      {children}
    </a>
  );
}
