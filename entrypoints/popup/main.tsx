import { render } from 'preact';
import { App } from '../../components/popup/app.tsx';
import { askHives, type Hives } from '../../components/popup/use-live.ts';
import { readAside, readRuns } from '../../components/popup/watch-runs.ts';
import { browser } from '../../lib/browser.ts';
import { language } from '../../lib/i18n/format.ts';
import { readHiveNames } from '../../lib/settings/hive-names.ts';
import '../../components/styles/base.css';
import '../../components/styles/popup.css';

/** A hive on this machine answers in milliseconds. Waiting that long spares a first picture that changes at once. */
const patienceMs = 150;

const unknown: Hives = { hives: undefined, error: undefined };
const inTime = new Promise<Hives>((resolve) => setTimeout(() => resolve(unknown), patienceMs));

const [runs, aside, names, hives, tab] = await Promise.all([
  readRuns(),
  readAside(),
  readHiveNames(),
  Promise.race([askHives(), inTime]),
  browser.tabs.getCurrent(),
]);

document.documentElement.lang = language();
document.documentElement.dataset.place = tab ? 'tab' : 'popup';
const root = document.getElementById('app');
if (root) render(<App runs={runs} aside={aside} names={names} hives={hives} isTab={tab !== undefined} />, root);
