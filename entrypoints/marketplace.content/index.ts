import './page.css';
import { defineContentScript } from 'wxt/utils/define-content-script';
import { servePage } from '../../components/page/serve-page.ts';
import { matches } from '../../lib/marketplace/matches.ts';

export default defineContentScript({
  matches,
  runAt: 'document_start',
  noScriptStartedPostMessage: true,
  main: servePage,
});
