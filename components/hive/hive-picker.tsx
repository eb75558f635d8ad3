import { useId, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { AskError } from '../ui/request-error.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { useHiveName } from './hive-names.ts';

type Props = { hives: HiveStatus[]; onHives: (hives: HiveStatus[]) => void };

/** Where clicks go, while there is more than one hive. */
export function HivePicker({ hives, onHives }: Props) {
  const { ask, error } = useAsk();
  const nameOf = useHiveName();
  const [chosen, choose] = useState<string>();
  const id = useId();

  const prefer = async (url: string) => {
    choose(url);
    const reply = await ask('hive/prefer', { url: url || undefined });
    if (reply) onHives(reply.hives);
    choose(undefined);
  };
  return (
    <div class="picker">
      <label for={id}>{i18n.t('hive.clicks_go')}</label>
      <select
        id={id}
        value={chosen ?? hives.find(({ preferred }) => preferred)?.url ?? ''}
        onChange={({ currentTarget }) => void prefer(currentTarget.value)}
      >
        <option value="">{i18n.t('hive.best_fit')}</option>
        {hives.map(({ url }) => (
          <option key={url} value={url}>
            {nameOf(url)}
          </option>
        ))}
      </select>
      <AskError error={error} />
    </div>
  );
}
