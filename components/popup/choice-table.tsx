import type { ComponentChildren } from 'preact';
import { i18n } from '#i18n';
import { formatBytes, formatCount } from '../../lib/i18n/format.ts';
import { toKey } from '../../lib/i18n/keys.ts';
import type { DerivativeChoice, FileChoice, FileMark, Start } from '../../lib/messages/contract.ts';

type TableProps<T> = { choices: T[]; busy: boolean; onTake: (start: Start) => void };

/** The files of a repository. */
export function FileTable({ choices, busy, onTake }: TableProps<FileChoice>) {
  return (
    <Table title={i18n.t('offer.file')} columns={[i18n.t('files.size'), i18n.t('files.fit')]}>
      {choices.map(({ name, sizeBytes, fit, needBytes, freeBytes, marks, start }) => {
        const need = fit === 'too-large' && needBytes && freeBytes;
        return (
          <tr key={name}>
            <Choice label={name} current={marks.includes('recommended')} {...{ start, busy, onTake }}>
              <Marks marks={marks} />
            </Choice>
            <td class="figure">{sizeBytes && formatBytes(sizeBytes, 0.1)}</td>
            <td>
              <span class="fit" data-fit={fit}>
                {i18n.t(`files.fit_${toKey(fit)}`)}
              </span>
              {need && (
                <small class="hint figure">
                  {i18n.t('offer.need', { need: formatBytes(needBytes), room: formatBytes(freeBytes) })}
                </small>
              )}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

/** Repositories in which others have published quantized versions. */
export function DerivativeTable({ choices, busy, onTake }: TableProps<DerivativeChoice>) {
  return (
    <Table title={i18n.t('offer.derivatives')} columns={[i18n.t('files.downloads')]}>
      {choices.map(({ repo, downloads, start }) => (
        <tr key={repo}>
          <Choice label={repo} {...{ start, busy, onTake }} />
          <td class="figure">{formatCount(downloads)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Table({ title, columns, children }: { title: string; columns: string[]; children: ComponentChildren }) {
  return (
    <table class="choices">
      <thead>
        <tr>
          <th scope="col">{title}</th>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

type ChoiceProps = {
  label: string;
  start: Start | undefined;
  busy: boolean;
  current?: boolean;
  onTake: (start: Start) => void;
  children?: ComponentChildren;
};

/** The first cell of a row, whose button takes what the row describes. */
function Choice({ label, start, busy, current, onTake, children }: ChoiceProps) {
  const off = busy || !start;
  return (
    <th scope="row" aria-current={current}>
      <button type="button" aria-disabled={off} onClick={() => off || onTake(start)}>
        <bdi>{label}</bdi>
      </button>
      {children}
    </th>
  );
}

function Marks({ marks }: { marks: FileMark[] }) {
  if (marks.length === 0) return null;
  return (
    <span class="marks">
      {marks.map((mark) => (
        <span key={mark}>{i18n.t(`files.${mark}`)}</span>
      ))}
    </span>
  );
}
