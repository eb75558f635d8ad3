import { i18n } from '#i18n';
import { backends } from '../../lib/hive/types.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import { Announce } from '../ui/announce.tsx';
import { useCloseOnEscape } from '../ui/close-on-escape.ts';
import type { Live } from '../ui/live.ts';
import { useRestoreFocus } from '../ui/restore-focus.ts';
import { Diagnostics } from './diagnostics.tsx';
import { Choice, Switch } from './fields.tsx';
import { Hives } from './hives.tsx';
import { KeepAwake } from './keep-awake.tsx';
import { SettingsFile } from './settings-file.tsx';
import { Shortcut } from './shortcut.tsx';
import { useSettings } from './use-settings.ts';

type Props = { settings: Live<Settings>; canKeepAwake: boolean };

export function App(props: Props) {
  return (
    <Announce>
      <Options {...props} />
    </Announce>
  );
}

function Options({ settings: stored, canKeepAwake }: Props) {
  const { settings, change, failed } = useSettings(stored);
  useRestoreFocus();
  useCloseOnEscape();
  return (
    <>
      <header>
        <img src="/icons/48.png" width="24" height="24" alt="" />
        <h1>{i18n.t('options.title')}</h1>
      </header>
      <main>
        {failed && (
          <p class="notice" data-notice="error" role="alert">
            {i18n.t('options.not_saved')}
          </p>
        )}
        <Hives settings={settings} change={change} />
        <section aria-labelledby="runs-title">
          <h2 id="runs-title">{i18n.t('options.runs')}</h2>
          <div class="panel">
            <Choice
              label={i18n.t('backend.label')}
              hint={i18n.t('options.backend_hint')}
              value={settings.backend}
              options={(['auto', ...backends] as const).map((value) => ({ value, label: i18n.t(`backend.${value}`) }))}
              onChange={(backend) => change({ backend: backend as Settings['backend'] })}
            />
            <Choice
              label={i18n.t('options.downloads')}
              hint={i18n.t('options.downloads_hint')}
              value={String(settings.downloadsAtOnce)}
              options={['1', '2', '3', '4'].map((value) => ({ value, label: value }))}
              onChange={(downloads) => change({ downloadsAtOnce: Number(downloads) })}
            />
          </div>
        </section>
        <section aria-labelledby="browser-title">
          <h2 id="browser-title">{i18n.t('options.browser')}</h2>
          <div class="panel">
            <Switch
              label={i18n.t('options.notify_finished')}
              hint={i18n.t('options.notify_finished_hint')}
              checked={settings.notifyFinished}
              onChange={(notifyFinished) => change({ notifyFinished })}
            />
            <Switch
              label={i18n.t('options.notify_failed')}
              hint={i18n.t('options.notify_failed_hint')}
              checked={settings.notifyFailed}
              onChange={(notifyFailed) => change({ notifyFailed })}
            />
            {canKeepAwake && <KeepAwake on={settings.keepAwake} onChange={(keepAwake) => change({ keepAwake })} />}
            <Shortcut />
          </div>
        </section>
        <SettingsFile settings={settings} change={change} canKeepAwake={canKeepAwake} />
        <Diagnostics />
      </main>
    </>
  );
}
