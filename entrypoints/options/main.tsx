import { render } from 'preact';
import { i18n } from '#i18n';
import { App } from '../../components/options/app.tsx';
import { followSettings } from '../../components/ui/stored-settings.ts';
import { setLanguage } from '../../lib/i18n/language.ts';
import '../../components/styles/base.css';
import '../../components/styles/controls.css';
import '../../components/styles/hive.css';
import '../../components/styles/options.css';

setLanguage(document.documentElement);
document.title = i18n.t('options.title');
const root = document.getElementById('app');
const settings = await followSettings();
if (root) render(<App settings={settings} canKeepAwake={!import.meta.env.FIREFOX} />, root);
