import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { createAnnouncer } from './announcer.ts';

const Announcing = createContext<(subject: string, text: string) => void>(() => {});

/** Announces a text to screen readers. A newer text about the same subject replaces one that still waits. */
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
