import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { createAnnouncer } from './announcer.ts';

const Announcing = createContext<(subject: string, text: string) => void>(() => {});

/** Says something to people who listen to the page. */
export const useAnnounce = () => useContext(Announcing);

export function Announce({ children }: { children: ComponentChildren }) {
  const [spoken, speak] = useState('');
  const announcer = useMemo(() => createAnnouncer(speak), []);
  useEffect(() => () => announcer.stop(), [announcer]);
  return (
    <Announcing.Provider value={announcer.say}>
      {children}
      <div class="hidden" aria-live="polite">
        {spoken}
      </div>
    </Announcing.Provider>
  );
}
