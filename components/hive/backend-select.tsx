import { useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { Request } from '../../lib/messages/contract.ts';

/** Undefined: automatic, by the options and the hive's devices. */
export type BackendChoice = Request<'run/start'>['backend'];

type Known = NonNullable<BackendChoice>;

/** A hive does not report its operating system, so Metal is offered in browsers on a Mac and where it was chosen before. */
const optionsFor = (before: BackendChoice): Known[] =>
  before === 'metal' || /Mac/.test(navigator.userAgent) ? ['cpu', 'metal', 'cuda'] : ['cpu', 'cuda'];

type Props = { id: string; value: BackendChoice; onChange: (value: BackendChoice) => void };

export function BackendSelect({ id, value, onChange }: Props) {
  const [options] = useState(() => optionsFor(value));
  return (
    <select
      id={id}
      value={value ?? ''}
      onChange={({ currentTarget }) => onChange(options.find((backend) => backend === currentTarget.value))}
    >
      <option value="">{i18n.t('backend.auto')}</option>
      {options.map((backend) => (
        <option key={backend} value={backend}>
          {i18n.t(`backend.${backend}`)}
        </option>
      ))}
    </select>
  );
}
