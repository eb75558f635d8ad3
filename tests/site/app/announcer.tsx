/** @jsxImportSource react */
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';

/** Next's route announcer: an element that is appended to <body> once the root is hydrated. */
export function Announcer({ title }: { title: string }) {
  const [target, setTarget] = useState<HTMLElement>();
  useEffect(() => {
    const host = document.createElement('next-route-announcer');
    host.style.cssText = 'position:absolute';
    const live = document.createElement('div');
    live.ariaLive = 'assertive';
    live.id = '__next-route-announcer__';
    live.role = 'alert';
    live.style.cssText =
      'position:absolute;border:0;height:1px;margin:-1px;padding:0;width:1px;clip:rect(0 0 0 0);overflow:hidden;white-space:nowrap';
    host.attachShadow({ mode: 'open' }).append(live);
    document.body.append(host);
    setTarget(live);
    return () => host.remove();
  }, []);
  const [first] = useState(title);
  return target && title !== first ? createPortal(title, target) : null;
}
