import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

type ChoiceProps = {
  label: string;
  hint: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
};

export function Choice({ label, hint, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        aria-describedby={`${id}-hint`}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    </div>
  );
}

type SwitchProps = {
  label: string;
  hint: string;
  checked: boolean;
  onChange: (on: boolean) => void;
  children?: ComponentChildren;
};

export function Switch({ label, hint, checked, onChange, children }: SwitchProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="checkbox"
        aria-describedby={`${id}-hint`}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
      {children}
    </div>
  );
}
