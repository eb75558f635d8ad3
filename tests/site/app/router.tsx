/** @jsxImportSource react */
import { createContext, type MouseEvent, type ReactNode, useContext } from 'react';

export type Navigate = (path: string) => void;

export const NavigateContext = createContext<Navigate>(() => {});

export const useNavigate = (): Navigate => useContext(NavigateContext);

type LinkProps = { href: string; className?: string; children: ReactNode };

/** A link that navigates without loading a page, as next/link does, unless the click's default was prevented. */
export function Link({ href, className, children }: LinkProps) {
  const navigate = useNavigate();
  const onClick = (event: MouseEvent) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    navigate(href);
  };
  return (
    <a href={href} className={className} onClick={onClick}>
      {children}
    </a>
  );
}
