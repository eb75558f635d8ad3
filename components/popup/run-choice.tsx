import { useId, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { choiceTexts } from '../../lib/i18n/run-texts.ts';
import type { Offer, OfferItem } from '../../lib/messages/contract.ts';
import type { Run } from '../../lib/runs/run.ts';
import { Button } from '../ui/button.tsx';
import { Link } from '../ui/link.tsx';
import { RequestError } from '../ui/request-error.tsx';
import { useRequest } from '../ui/use-request.ts';

/** What a person has to decide before a run can go on. */
export function RunChoice({ run, name }: { run: Run; name: string }) {
  const { send, busy, error } = useRequest();
  const id = useId();
  return (
    <div class="choice">
      <p id={id}>{run.choice && choiceTexts[run.choice]()}</p>
      {run.choice === 'install' ? (
        <div class="actions">
          <Button look="primary" disabled={busy} onClick={() => send('run/agree', { id: run.id })}>
            {i18n.t('choice.agree')}
          </Button>
        </div>
      ) : (
        <Offered run={run} name={name} busy={busy} onTake={(start) => send('run/start', start)} />
      )}
      <RequestError error={error} />
    </div>
  );
}

type Props = { run: Run; name: string; busy: boolean; onTake: (start: NonNullable<OfferItem['start']>) => void };

/** The list to choose from, the page's own, asked for only once a person wants to see it. */
function Offered({ run, name, busy, onTake }: Props) {
  const { send, busy: loading, error } = useRequest();
  const [offer, setOffer] = useState<Offer>();
  const load = async () => setOffer(await send('subject/offer', { subject: run.subject, hive: run.hive }));
  // Another hive has its own place below, and why there is a choice was said above.
  const groups = offer?.groups.filter(({ items }) => items.some(({ hive }) => hive === undefined)) ?? [];
  const told = offer?.told.filter((sentence) => !run.choice || sentence !== choiceTexts[run.choice]()) ?? [];
  const again = error !== undefined || (offer && groups.length === 0);
  const action = again ? i18n.t('choice.load_again') : i18n.t('choice.choose');
  return (
    <>
      <div class="actions">
        <Button
          look={offer ? 'plain' : 'primary'}
          disabled={loading}
          expanded={groups.length > 0}
          label={i18n.t('run.named', { action, name })}
          onClick={() => (groups.length > 0 ? setOffer(undefined) : load())}
        >
          {action}
        </Button>
      </div>
      {loading && <p class="hint">{i18n.t('choice.loading')}</p>}
      <RequestError error={error} />
      {told.length > 0 && (
        <p class="notice" role={again ? 'alert' : undefined}>
          {told.join(' ')} {offer?.link && <Link url={offer.link.url}>{offer.link.text}</Link>}
        </p>
      )}
      {groups.map(({ title, items }) => (
        <div key={title}>
          <p class="hint">{title}</p>
          <ul class="offers" aria-label={title}>
            {items.map((item) => (
              <Item key={item.text} item={item} busy={busy} onTake={onTake} />
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

function Item({
  item: { text, hint, usual, off, start },
  busy,
  onTake,
}: Pick<Props, 'busy' | 'onTake'> & { item: OfferItem }) {
  const isOff = busy || off || !start;
  return (
    <li>
      <button
        type="button"
        class="offer"
        aria-disabled={isOff}
        aria-current={usual}
        onClick={() => isOff || onTake(start)}
      >
        <span class="pair">
          <span class="fact-name">{text}</span>
          {usual && <span class="usual">{i18n.t('choice.recommended')}</span>}
        </span>
        <span class="hint figure">{hint}</span>
      </button>
    </li>
  );
}
