import { useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { Request } from '../../lib/messages/contract.ts';

/** Undefined: what fits the hive, or what the options say. */
export type BackendChoice = Request<'run/start'>['backend'];

type Known = NonNullable<BackendChoice>;

const words: Record<Known, () => string> = {
  cpu: () => i18n.t('options.worker_cpu'),
  cuda: () => i18n.t('options.worker_cuda'),
  metal: () => i18n.t('options.worker_metal'),
};

/** Apple's graphics are offered where this browser runs on a Mac, or where they were wanted before: a hive does not tell what it runs on. */
const kindsFor = (before: BackendChoice): Known[] =>
  before === 'metal' || /Mac/.test(navigator.userAgent) ? ['cpu', 'metal', 'cuda'] : ['cpu', 'cuda'];

type Props = { id: string; value: BackendChoice; onChange: (value: BackendChoice) => void };

export function BackendSelect({ id, value, onChange }: Props) {
  const [kinds] = useState(() => kindsFor(value));
  return (
    <select
      id={id}
      value={value ?? ''}
      onChange={({ currentTarget }) => onChange(kinds.find((kind) => kind === currentTarget.value))}
    >
      <option value="">{i18n.t('options.worker_auto')}</option>
      {kinds.map((kind) => (
        <option key={kind} value={kind}>
          {words[kind]()}
        </option>
      ))}
    </select>
  );
}
