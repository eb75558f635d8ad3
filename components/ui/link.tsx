import type { ComponentChildren } from 'preact';

/** A page of somebody else's, in a tab of its own. */
export function Link({
  url,
  look,
  children,
}: {
  url: string;
  look?: 'primary' | 'plain';
  children: ComponentChildren;
}) {
  return (
    <a href={url} target="_blank" rel="noreferrer" class={look && `button ${look}`}>
      {children}
    </a>
  );
}
