import { i18n } from '#i18n';
import { formatBytes, formatCount, formatMemory } from '../../lib/i18n/format.ts';
import { toKey } from '../../lib/i18n/keys.ts';
import type { BackendChoice, Choices, FileChoice, FileMark, HiveChoice, Start } from '../../lib/messages/contract.ts';
import { createElements } from './elements.ts';
import type { NewLabels } from './new-labels.ts';
import { placeOverlay } from './place-overlay.ts';
import type { ClickGuard } from './trust/click-guard.ts';
import { listenForClicks } from './trust/listen-for-clicks.ts';

type Options = {
  page: Document;
  host: Element;
  /** What the list opens beside. */
  bar: Element;
  guard: ClickGuard;
  newLabels: NewLabels;
  /** Asks what there is on the given hive, or where a click on the button would go. */
  ask(hive: string | undefined): Promise<Choices>;
  onTake(start: Start, isMeant: boolean): void;
  explain(error: unknown): string;
  /** The list could not be loaded. */
  onUnreadable(): void;
};

export type FileList = ReturnType<typeof createFileList>;

type Mark = FileMark | 'installed';
type Row = { name: string; cells: (string | HTMLElement)[]; marks?: Mark[]; start?: Start; hint?: string };

/**
 * Everything that can be started for the button's subject, as tables over the page. Asked for when the user opens it, each time; nothing
 * about the user's machines is in the page before that.
 */
export function createFileList({ page, host, bar, guard, newLabels, ask, onTake, explain, onUnreadable }: Options) {
  const make = createElements(page);
  const toggle = make('details');
  const summary = make('summary', { ariaLabel: i18n.t('button.more'), ariaHasPopup: 'dialog' });
  toggle.append(summary);
  const panel = make('div', { className: 'panel', popover: 'auto', role: 'dialog', ariaLabel: i18n.t('button.more') });
  let hive: string | undefined;
  let latest: object | undefined;
  toggle.hidden = true;
  let wasOpen = false;
  summary.addEventListener('pointerdown', () => {
    wasOpen = isOpen();
  });
  summary.addEventListener('click', (event) => {
    event.preventDefault();
    // A press outside a popover closes it before the click.
    if (event.isTrusted && !(event.detail && wasOpen)) show(!isOpen());
  });

  panel.addEventListener('beforetoggle', ({ newState }) => {
    toggle.open = newState === 'open';
    if (newState === 'open') placeOverlay(panel, bar);
    // The browser gives focus back to where it was.
    else guard.expectFocus();
  });
  panel.addEventListener('toggle', ({ newState }) => {
    if (newState === 'open') void read();
    else latest = undefined;
  });

  const isOpen = (): boolean => panel.matches(':popover-open');

  function show(open: boolean): void {
    if (open !== isOpen()) panel.togglePopover(open);
  }

  async function read(): Promise<void> {
    const request = {};
    latest = request;
    panel.ariaBusy = 'true';
    if (!panel.querySelector('table')) panel.replaceChildren(make('p', { role: 'status' }, i18n.t('choice.loading')));
    let parts: HTMLElement[];
    try {
      parts = partsOf(await ask(hive));
    } catch (error) {
      parts = [make('p', { role: 'status' }, explain(error))];
      if (request === latest) onUnreadable();
    }
    if (request !== latest) return;
    panel.ariaBusy = null;
    const focused = (host.getRootNode() as Document).activeElement === host && panel.matches(':focus-within');
    panel.replaceChildren(...parts);
    newLabels.begin(panel);
    if (focused) (panel.querySelector('select') ?? panel.querySelector('button'))?.focus();
  }

  function partsOf({ hives, files, derivatives, backends, reasons }: Choices): HTMLElement[] {
    const doubt = reasons.find((reason) => reason.endsWith('not-loadable'));
    const parts = [
      ...(hives.length > 1 ? [hiveSelect(hives)] : []),
      ...(doubt ? [make('p', {}, i18n.t(`note.${toKey(doubt)}`))] : []),
      ...table(
        i18n.t('offer.file'),
        [i18n.t('files.quantization'), i18n.t('files.size'), i18n.t('files.fit')],
        files.map(fileRow),
      ),
      ...table(
        i18n.t('offer.derivatives'),
        [i18n.t('files.repository'), i18n.t('files.downloads')],
        derivatives.map(({ repo, downloads, start }) => ({ name: repo, cells: [formatCount(downloads)], start })),
      ),
      ...table(i18n.t('backend.label'), [i18n.t('backend.label'), ''], backends.map(backendRow)),
    ];
    return files.length + derivatives.length + backends.length > 0
      ? parts
      : [make('p', { role: 'status' }, i18n.t('files.none'))];
  }

  function hiveSelect(hives: HiveChoice[]): HTMLElement {
    const select = make('select');
    for (const { hive: value, name, device, chosen } of hives) {
      const text = name || i18n.t('hive.best_fit');
      const memory = device && formatMemory(device.memoryGb);
      select.append(make('option', { value, selected: chosen }, memory ? `${text} · ${memory}` : text));
    }
    select.addEventListener('change', ({ isTrusted }) => {
      if (!isTrusted) return;
      hive = select.value;
      void read();
    });
    const label = make('label', {}, i18n.t('offer.hive'));
    label.append(select);
    return label;
  }

  function fileRow({ name, sizeBytes, fit, needBytes, freeBytes, marks, start }: FileChoice): Row {
    const fitText = make('span', { className: `fit ${fit}` }, i18n.t(`files.fit_${toKey(fit)}`));
    const need = fit === 'too-large' && needBytes && freeBytes;
    return {
      name,
      cells: [sizeBytes === undefined ? '' : formatBytes(sizeBytes, 0.1), fitText],
      marks,
      ...(start && { start }),
      ...(need && { hint: i18n.t('offer.need', { need: formatBytes(needBytes), room: formatBytes(freeBytes) }) }),
    };
  }

  function backendRow({ backend, recommended, installed, start, startWithoutModel }: BackendChoice): Row {
    const text = backend === 'rocm' ? i18n.t('backend.rocm') : i18n.t(`backend.${backend}`);
    const marks: Mark[] = [];
    if (installed) marks.push('installed');
    if (recommended) marks.push('recommended');
    const launch = startWithoutModel ? button(i18n.t('offer.without_model'), startWithoutModel, 'plain') : '';
    const why = backend === 'rocm' ? { hint: i18n.t('note.rocm') } : {};
    return { name: text, cells: [launch], marks, ...(start && { start }), ...why };
  }

  function table(title: string, heads: string[], rows: Row[]): HTMLElement[] {
    if (rows.length === 0) return [];
    const made = make('table');
    made.createCaption().append(title);
    const head = made.createTHead().insertRow();
    head.append(...heads.map((text) => make(text ? 'th' : 'td', text ? { scope: 'col' } : {}, text)));
    made.createTBody().append(...rows.map(rowOf));
    return [made];
  }

  function rowOf({ name, cells, marks = [], start, hint }: Row): HTMLElement {
    const row = make('tr');
    const head = make('th', { scope: 'row' });
    head.append(button(name, start), ...(hint ? [make('small', {}, hint)] : []));
    if (marks.length > 0) {
      const chips = make('span', { className: 'marks' });
      chips.append(...marks.map((mark) => make('span', { className: mark }, i18n.t(`files.${mark}`))));
      head.append(chips);
    }
    row.append(head);
    for (const cell of cells) {
      const made = row.insertCell();
      if (typeof cell === 'string') made.className = 'figure';
      made.append(cell);
    }
    return row;
  }

  function button(text: string, start: Start | undefined, className = 'take'): HTMLElement {
    const made = make('button', { type: 'button', className }, text);
    if (!start) made.ariaDisabled = 'true';
    listenForClicks(made, host, {
      guard,
      offer: () => start,
      isNew: () => newLabels.has(panel),
      act: (offered, isMeant) => {
        show(false);
        onTake(offered, isMeant);
      },
    });
    return made;
  }

  return {
    toggle,
    panel,
    /** The hive that the user chose here. */
    hive: () => hive,
    open: (): void => show(true),
    /** The button has moved. */
    follow: (): void => void (isOpen() && placeOverlay(panel, bar)),
    /** For another subject. */
    reset(): void {
      hive = undefined;
      panel.replaceChildren();
      show(false);
    },
  };
}
