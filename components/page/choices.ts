import { i18n } from '#i18n';
import type { Offer, Request } from '../../lib/messages/contract.ts';

type Options = {
  page: Document;
  /** Asks what there is, on the named hive or else where a click would go. */
  ask(hive: string | undefined): Promise<Offer>;
  /** What there is was read. */
  onRead(): void;
  /** A person took this. */
  onTake(start: Request<'run/start'>): void;
  /** What a person reads about something that `ask` threw. */
  explain(error: unknown): string;
  /** What was put into the element is new, and no press on it counts yet. */
  beginReading(element: Element): void;
};

/**
 * The list under a button: what else can be started from there. What is worth saying before a click is asked for with each
 * new subject; the list is asked for and made each time a person opens it.
 */
export function createChoices({ page, ask, onRead, onTake, explain, beginReading }: Options) {
  const list = make('details');
  const summary = make('summary', list);
  const parts = make('div', list);
  const link = make('a');
  let offer: Offer | undefined;
  let hive: string | undefined;
  let latest: object;
  list.hidden = true;
  summary.ariaLabel = i18n.t('button.more');
  link.target = '_blank';
  list.ontoggle = () => list.open && read(true);

  async function read(isOpen: boolean): Promise<void> {
    const asked = {};
    latest = asked;
    if (isOpen) parts.textContent = i18n.t('button.asking');
    try {
      const answer = await ask(hive);
      if (asked !== latest) return;
      offer = answer;
      onRead();
      if (isOpen) fill(answer);
    } catch (error) {
      // Before it is opened nobody has asked for anything.
      if (isOpen && asked === latest) parts.textContent = explain(error);
    }
  }

  function fill({ told, groups }: Offer): void {
    parts.textContent = told.join(' ');
    for (const { title, items } of groups) {
      const group = make('div', parts);
      group.role = 'group';
      group.ariaLabel = title;
      make('p', group, title);
      for (const { text, hint, usual, off, start, hive: other } of items) {
        const button = make('button', group, text);
        make('small', button, hint);
        if (usual) button.ariaCurrent = 'true';
        if (off) button.ariaDisabled = 'true';
        button.onclick = ({ isTrusted }) => {
          if (!isTrusted || off) return;
          if (start) {
            list.open = false;
            return onTake(start);
          }
          summary.focus();
          hive = other;
          void read(true);
        };
      }
    }
    beginReading(parts);
  }

  function make<T extends keyof HTMLElementTagNameMap>(tag: T, parent?: Element, text = ''): HTMLElementTagNameMap[T] {
    const made = page.createElement(tag);
    made.textContent = text;
    parent?.append(made);
    return made;
  }

  return {
    list,
    link,
    offer: () => offer,
    /** The hive a person chose here. */
    hive: () => hive,
    /** `usable`: something can be started now. */
    show(usable: boolean, told: boolean): void {
      list.hidden = !usable || !offer?.groups.length;
      list.open &&= !list.hidden;
      const { url = '', text = '' } = (told && offer?.link) || {};
      link.href = url;
      link.textContent = text;
    },
    /** For another subject: what was known is forgotten. */
    read(): void {
      offer = hive = undefined;
      list.open = false;
      void read(false);
    },
  };
}
