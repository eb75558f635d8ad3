import { expect, it } from 'vitest';
import '../english.ts';
import { lostText } from '../../../lib/i18n/run-texts.ts';
import { at, stepOf, type TestEvent } from '../runs/samples.ts';

const lost: TestEvent = { type: 'lost', jobId: 'job-1' };

it('a lost download on another machine mentions that the hive may have been restarted', () => {
  const step = stepOf(at('downloading', lost), 'download');
  expect(lostText(step, 'http://localhost:7835')).toContain('The hive may still be downloading');
  expect(lostText(step, 'http://192.168.1.5:7835')).toContain('If the hive was restarted, start again');
});
