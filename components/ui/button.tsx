import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { i18n } from '#i18n';

/** A button takes no click for this long after its meaning changed, so that a double click never does two things. */
const settleMs = 500;

type Props = {
  children: ComponentChildren;
  /** What it does. When this changes, the same button has a new meaning. */
  action?: string;
  /** The accessible name, if it is not the text of `children`. */
  label?: string;
  /** What it acts on, appended to the accessible name. */
  about?: string | undefined;
  variant?: 'primary' | 'plain' | 'quiet';
  disabled?: boolean;
  /** Whether the content it controls is shown. */
  expanded?: boolean;
  /** Escape in its surroundings clicks it. */
  closes?: boolean;
  submit?: boolean;
  onClick?: () => void;
};

/** A disabled button stays focusable, so that the keyboard keeps its place and screen readers can explain it. */
export function Button({
  children,
  action,
  label,
  about,
  variant = 'plain',
  disabled = false,
  expanded,
  closes,
  submit = false,
  onClick,
}: Props) {
  const settled = useSettled(action);
  const off = disabled || !settled;
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${variant}`}
      aria-label={nameOf(label, children, about)}
      aria-disabled={off}
      aria-expanded={expanded}
      data-dim={disabled}
      data-escape={closes}
      onClick={() => {
        if (!off) onClick?.();
      }}
    >
      {children}
    </button>
  );
}

/** Starts with the visible text, so that voice control finds it. */
function nameOf(label: string | undefined, children: ComponentChildren, about: string | undefined): string | undefined {
  const text = label ?? (typeof children === 'string' ? children : undefined);
  return text && about ? i18n.t('run.named', { action: text, name: about }) : label;
}

function useSettled(action: string | undefined): boolean {
  const [settledFor, settle] = useState(action);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const timer = setTimeout(() => settle(action), settleMs);
    return () => clearTimeout(timer);
  }, [action]);
  return settledFor === action;
}
