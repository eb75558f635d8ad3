import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** How long a button whose label has just changed takes no click, so that a double click never does two things. */
const settleMs = 500;

type Props = {
  children: ComponentChildren;
  /** What it does, in one word: when this changes the same button has come to mean something else. */
  action?: string;
  label?: string | undefined;
  look?: 'primary' | 'plain' | 'quiet';
  disabled?: boolean;
  /** Whether what it shows and hides is shown. */
  expanded?: boolean;
  /** Sends the form it is in. */
  submit?: boolean;
  onClick?: () => void;
};

/** A disabled one stays focusable: people who use the keyboard keep their place, and hear why it does nothing. */
export function Button({
  children,
  action,
  label,
  look = 'plain',
  disabled = false,
  expanded,
  submit = false,
  onClick,
}: Props) {
  const settled = useSettled(action);
  const off = disabled || !settled;
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${look}`}
      aria-label={label}
      aria-disabled={off}
      aria-expanded={expanded}
      data-dim={disabled}
      onClick={() => {
        if (!off) onClick?.();
      }}
    >
      {children}
    </button>
  );
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
