import { defineContentScript } from 'wxt/utils/define-content-script';
import { matches } from '../lib/marketplace/matches.ts';
import { answerFromPageWorld } from '../lib/marketplace/page-world.ts';

export default defineContentScript({ matches, world: 'MAIN', runAt: 'document_start', main: answerFromPageWorld });
