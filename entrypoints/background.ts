import { defineBackground } from 'wxt/utils/define-background';
import { startService } from '../lib/service/service.ts';

export default defineBackground(startService);
