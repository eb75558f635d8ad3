import { sleep } from '../../net/wait.ts';
import type { Work } from '../work.ts';
import type { Operation } from './operation.ts';

type Step = readonly [action: string, message: string, pause?: number];

const modes: Step[] = [
  ['mode_test', 'Testing narration in human mode via hive SSE', 1],
  ['mode_test', '🐝 Testing narration in cute mode via hive SSE!', 1],
  ['mode_test', "'Testing narration through the hive', said the server", 1],
];

/** Lines of the self test, with pauses as multiples of `checkMs` (rbee-keeper/rbee 0509312f, hive_check). */
const lines: readonly Step[] = [
  ['hive_check_start', '🔍 Starting hive narration check'],
  ['test_start', '🔍 Hive Narration Test - Testing SSE streaming from hive', 1],
  ['test_1', '📝 Test 1: Simple narration through hive', 1],
  ['test_2', '📝 Test 2: rbee-hive version 0.1.0 reporting', 1],
  ...modes.flatMap((mode, i): Step[] => [
    [`test_${i + 3}`, `📝 Test ${i + 3}: Testing ${['Human', 'Cute', 'Story'][i]} Mode`],
    mode,
  ]),
  ['test_6', '📝 Test 6: Hex: ff, Debug: [1, 2, 3], Float: 3.14', 1],
  ['test_7', '📝 Test 7: Sequential narrations'],
  ...[1, 2, 3, 4, 5].map((i): Step => ['sequence', `Narration sequence ${i}/5 streaming via hive SSE`, 0.5]),
  ['test_8', '📝 Test 8: Job ID context propagation'],
  ['job_context', '✅ This narration is routed via job_id to your SSE stream', 1],
  ['test_9', '📝 Test 9: Partial mode combinations'],
  ['partial_test', 'Technical message streamed from hive to client', 1],
  ['test_10', '📝 Test 10: Final summary'],
  ['hive_check_complete', '✅ Hive check complete - all SSE narration tests passed'],
  ['summary', '✨ Hive narration test complete - hive SSE streaming tested successfully'],
  ['hive_check_complete', '✅ Hive narration check complete'],
];

async function check(work: Work): Promise<void> {
  const pauseMs = work.hive.options.checkMs ?? 100;
  for (const [action, message, pause] of lines) {
    await work.narrate(action, message);
    if (pause) await work.wait(sleep(pause * pauseMs, work.dropped));
  }
}

export const hiveCheck = {
  fields: { alias: { kind: 'string', optional: true } },
  path: 'rbee_hive::hive_check::handle_hive_check',
  run: check,
} satisfies Operation;
