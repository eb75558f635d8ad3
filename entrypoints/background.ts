import { defineBackground } from 'wxt/utils/define-background';
import { startService } from '../lib/background/service-worker.ts';

export default defineBackground(startService);
