import { render } from 'preact';
import { i18n } from '#i18n';
import { App } from '../../components/options/app.tsx';
import { language } from '../../lib/i18n/format.ts';
import { getSettings } from '../../lib/settings/settings.ts';
import '../../components/styles/base.css';
import '../../components/styles/popup.css';
import '../../components/styles/options.css';

document.documentElement.lang = language();
document.title = i18n.t('options.title');
const root = document.getElementById('app');
const settings = await getSettings();
if (root) render(<App settings={settings} canKeepAwake={!import.meta.env.FIREFOX} />, root);
