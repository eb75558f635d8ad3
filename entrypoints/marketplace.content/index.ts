import './page.css';
import { defineContentScript } from 'wxt/utils/define-content-script';
import { matches } from '../../lib/marketplace/matches.ts';
import { servePage } from './serve-page.ts';

export default defineContentScript({ matches, runAt: 'document_start', main: servePage });
