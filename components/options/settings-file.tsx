import { useEffect, useRef, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { changeTexts, fileTexts } from '../../lib/i18n/settings-texts.ts';
import { compareSettings, type SettingsChange } from '../../lib/settings/changes.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import {
  maxSettingsBytes,
  readSettingsFile,
  settingsFileName,
  writeSettingsFile,
} from '../../lib/settings/settings-file.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from './save-file.ts';
import type { Change } from './use-settings.ts';

type Told = { text: string; wrong: boolean };
type Props = { settings: Settings; change: Change; canKeepAwake: boolean };

/** Settings to keep or carry to another browser. What a file would change is shown, and waits for a yes. */
export function SettingsFile({ settings, change, canKeepAwake }: Props) {
  const picker = useRef<HTMLInputElement>(null);
  const [found, setFound] = useState<Settings>();
  const [told, tell] = useState<Told>();

  const load = async (file: File) => {
    tell(undefined);
    setFound(undefined);
    const read =
      file.size > maxSettingsBytes
        ? ({ problem: { why: 'too-large' } } as const)
        : readSettingsFile(await file.text().catch(() => ''));
    if ('problem' in read) tell({ text: fileTexts(read.problem), wrong: true });
    else setFound(read.settings);
  };

  const take = async (taken: Settings) => {
    // Named, so that a file without one takes the first choice away.
    if (!(await change({ ...taken, defaultHive: taken.defaultHive }))) return;
    setFound(undefined);
    tell({ text: i18n.t('settings.taken'), wrong: false });
  };

  const usable = found && (canKeepAwake ? found : { ...found, keepAwake: settings.keepAwake });
  return (
    <section aria-labelledby="file-title">
      <h2 id="file-title">{i18n.t('settings.title')}</h2>
      <div class="panel">
        <p class="hint">{i18n.t('settings.hint')}</p>
        <div class="actions">
          <Button onClick={() => saveFile(settingsFileName, writeSettingsFile(settings))}>
            {i18n.t('settings.save')}
          </Button>
          <Button onClick={() => picker.current?.click()}>{i18n.t('settings.load')}</Button>
          <input
            ref={picker}
            type="file"
            accept=".json,application/json"
            hidden
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) void load(file);
              // The same file again is a change again.
              currentTarget.value = '';
            }}
          />
        </div>
        {told && <Outcome told={told} />}
        {usable && (
          <Preview
            changes={compareSettings(settings, usable)}
            onTake={() => take(usable)}
            onLeave={() => {
              setFound(undefined);
              tell({ text: i18n.t('settings.left'), wrong: false });
            }}
          />
        )}
      </div>
    </section>
  );
}

/** Takes the focus: what had it before has gone. */
function Outcome({ told }: { told: Told }) {
  const place = useRef<HTMLParagraphElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same words said again are news too.
  useEffect(() => place.current?.focus(), [told]);
  return (
    <p ref={place} tabIndex={-1} class="notice" data-notice={told.wrong ? 'error' : 'done'}>
      {told.text}
    </p>
  );
}

type PreviewProps = { changes: SettingsChange[]; onTake: () => void; onLeave: () => void };

function Preview({ changes, onTake, onLeave }: PreviewProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="preview" aria-labelledby="preview-title">
      <h3 id="preview-title" ref={heading} tabIndex={-1}>
        {changes.length > 0 ? i18n.t('settings.would') : i18n.t('settings.same')}
      </h3>
      <ul class="notes">
        {changes.map((change) => (
          <li key={changeTexts(change)}>{changeTexts(change)}</li>
        ))}
      </ul>
      <div class="actions">
        {changes.length > 0 && (
          <Button look="primary" onClick={onTake}>
            {i18n.t('settings.take')}
          </Button>
        )}
        <Button onClick={onLeave}>{changes.length > 0 ? i18n.t('settings.leave') : i18n.t('settings.close')}</Button>
      </div>
    </section>
  );
}
