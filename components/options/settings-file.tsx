import { useRef, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { changeText, fileProblemText } from '../../lib/i18n/settings-texts.ts';
import { compareSettings, type SettingsChange } from '../../lib/settings/changes.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import {
  maxSettingsBytes,
  readSettingsFile,
  settingsFileName,
  writeSettingsFile,
} from '../../lib/settings/settings-file.ts';
import { Button } from '../ui/button.tsx';
import { useFocus } from '../ui/use-focus.ts';
import { saveFile } from './save-file.ts';
import type { Change } from './use-settings.ts';

type Outcome = { text: string; wrong: boolean };
type Props = { settings: Settings; change: Change; canKeepAwake: boolean };

/** Saves the settings to a file and loads them again, after showing what would change. */
export function SettingsFile({ settings, change, canKeepAwake }: Props) {
  const picker = useRef<HTMLInputElement>(null);
  const [found, setFound] = useState<Settings>();
  const [outcome, setOutcome] = useState<Outcome>();

  const load = async (file: File) => {
    setOutcome(undefined);
    setFound(undefined);
    const read =
      file.size > maxSettingsBytes
        ? ({ problem: { why: 'too-large' } } as const)
        : readSettingsFile(await file.text().catch(() => ''));
    if ('problem' in read) setOutcome({ text: fileProblemText(read.problem), wrong: true });
    else setFound(read.settings);
  };

  const apply = async (loaded: Settings) => {
    // Named, so that a file without a default hive removes the present one.
    if (!(await change({ ...loaded, defaultHive: loaded.defaultHive }))) return;
    setFound(undefined);
    setOutcome({ text: i18n.t('settings.applied'), wrong: false });
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
              // Choosing the same file again fires the event again.
              currentTarget.value = '';
            }}
          />
        </div>
        {outcome && <OutcomeNotice outcome={outcome} />}
        {usable && (
          <Preview
            changes={compareSettings(settings, usable)}
            onApply={() => apply(usable)}
            onDiscard={() => {
              setFound(undefined);
              setOutcome({ text: i18n.t('settings.discarded'), wrong: false });
            }}
          />
        )}
      </div>
    </section>
  );
}

function OutcomeNotice({ outcome }: { outcome: Outcome }) {
  const place = useFocus<HTMLParagraphElement>(outcome);
  return (
    <p ref={place} tabIndex={-1} class="notice" data-notice={outcome.wrong ? 'error' : 'done'}>
      {outcome.text}
    </p>
  );
}

type PreviewProps = { changes: SettingsChange[]; onApply: () => void; onDiscard: () => void };

function Preview({ changes, onApply, onDiscard }: PreviewProps) {
  const heading = useFocus<HTMLHeadingElement>();
  return (
    <section class="preview" aria-labelledby="preview-title">
      <h3 id="preview-title" ref={heading} tabIndex={-1}>
        {changes.length > 0 ? i18n.t('settings.changes') : i18n.t('settings.no_changes')}
      </h3>
      <ul class="notes">
        {changes.map((change) => (
          <li key={changeText(change)}>{changeText(change)}</li>
        ))}
      </ul>
      <div class="actions">
        {changes.length > 0 && (
          <Button variant="primary" onClick={onApply}>
            {i18n.t('settings.apply')}
          </Button>
        )}
        <Button onClick={onDiscard}>
          {changes.length > 0 ? i18n.t('settings.discard') : i18n.t('settings.close')}
        </Button>
      </div>
    </section>
  );
}
