import { useId, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { RequestError } from '../ui/request-error.tsx';
import { useRequest } from '../ui/use-request.ts';
import { useHiveName } from './hive-names.ts';

type Props = { hives: HiveStatus[]; onHives: (hives: HiveStatus[]) => void };

/** Which of several hives clicks go to. */
export function HivePicker({ hives, onHives }: Props) {
  const { send, error } = useRequest();
  const nameOf = useHiveName();
  const [chosen, choose] = useState<string>();
  const id = useId();

  const setDefault = async (url: string) => {
    choose(url);
    const reply = await send('hive/set-default', { url: url || undefined });
    if (reply) onHives(reply.hives);
    choose(undefined);
  };
  return (
    <div class="picker">
      <label for={id}>{i18n.t('hive.default')}</label>
      <select
        id={id}
        value={chosen ?? hives.find(({ isDefault }) => isDefault)?.url ?? ''}
        onChange={({ currentTarget }) => void setDefault(currentTarget.value)}
      >
        <option value="">{i18n.t('hive.best_fit')}</option>
        {hives.map(({ url }) => (
          <option key={url} value={url}>
            {nameOf(url)}
          </option>
        ))}
      </select>
      <RequestError error={error} />
    </div>
  );
}
