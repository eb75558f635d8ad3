import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { i18n } from '#i18n';

type Props = {
  title: string;
  /** What it belongs to, appended to the accessible name. */
  about?: string;
  class?: string;
  children: ComponentChildren;
};

/** A `<details>` whose content is rendered only while it is open. */
export function Disclosure({ title, about, class: className, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <details class={className} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={about && i18n.t('run.named', { action: title, name: about })}>{title}</summary>
      {open && children}
    </details>
  );
}
