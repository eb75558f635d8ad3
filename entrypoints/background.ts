import { defineBackground } from 'wxt/utils/define-background';
import { startService } from '../lib/background/start.ts';

export default defineBackground(startService);
