import { render } from 'preact';
import { App } from '../../components/popup/app.tsx';
import { followConfirmation } from '../../components/popup/confirmation.tsx';
import { followQuarantined, followRuns } from '../../components/popup/stored-runs.ts';
import { type Hives, requestHives } from '../../components/popup/use-hives.ts';
import { followSettings } from '../../components/ui/stored-settings.ts';
import { browser, closePopup } from '../../lib/browser.ts';
import { setLanguage } from '../../lib/i18n/language.ts';
import '../../components/styles/base.css';
import '../../components/styles/controls.css';
import '../../components/styles/hive.css';
import '../../components/styles/popup.css';
import '../../components/styles/run.css';
import '../../components/styles/steps.css';
import '../../components/styles/choices.css';

/** A local hive answers within milliseconds. Waiting this long avoids a first rendering that changes at once. */
const hivePatienceMs = 150;

const unknown: Hives = { hives: undefined, error: undefined };
const timeout = new Promise<Hives>((resolve) => setTimeout(() => resolve(unknown), hivePatienceMs));

const [runs, quarantined, settings, confirmation, hives, tab] = await Promise.all([
  followRuns(),
  followQuarantined(),
  followSettings(),
  followConfirmation(),
  Promise.race([requestHives(), timeout]),
  browser.tabs.getCurrent(),
]);

setLanguage(document.documentElement);
document.documentElement.dataset.place = tab ? 'tab' : 'popup';
browser.tabs.onActivated.addListener(closePopup); // After a click on a link.
const root = document.getElementById('app');
if (root) {
  render(<App {...{ runs, quarantined, settings, confirmation, hives }} isTab={tab !== undefined} />, root);
}
