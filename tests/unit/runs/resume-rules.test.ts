import { expect, it } from 'vitest';
import { type Action, nextAction } from '../../../lib/runs/resume-rules.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { readStoredRun } from '../../../lib/runs/validate-stored-run.ts';
import { apply, at, clicked, clickedWorker, type TestEvent } from './samples.ts';

const ended = (as: 'done' | 'failed' | 'cancelled'): TestEvent => ({ type: 'ended', jobId: 'job-1', as, reason: 'x' });
const lost: TestEvent = { type: 'lost', jobId: 'job-1' };
const cancel: TestEvent = { type: 'cancel-asked' };
const sent: TestEvent = { type: 'cancel-sent' };
const offline: TestEvent = { type: 'hive-offline', nextCheckAt: 0 };
const posted = at('resolved', { type: 'admitted' }, { type: 'posted', step: 'download', jobId: 'job-1' });
const manual = at('readyToSpawn', { type: 'manual-start', manual: { port: 8080, installed: true } });

/** Records as a service worker leaves them when it is terminated. */
const records: [Action, string, Run][] = [
  ['rest', 'nothing to do: queued before its first step', clicked()],
  ['rest', 'nothing to do: queued between two steps', at('resolved')],
  ['rest', 'nothing to do: offline', at('resolving', offline)],
  ['rest', 'nothing to do: running', at('running')],
  ['rest', 'nothing to do: stopped', at('running', { type: 'worker-gone' })],
  ['rest', 'nothing to do: failed', at('downloading', { type: 'failed', code: 'disk', text: 'x' })],
  ['rest', 'nothing to do: cancelled', at('downloading', cancel, { type: 'cancel-settled' })],
  [
    'rest',
    'nothing to do: installed',
    apply(clickedWorker(), { type: 'admitted' }, { type: 'proven', step: 'install' }),
  ],
  ['rest', 'waiting for the user: a file to choose', at('resolving', { type: 'choice-needed', reason: 'no-fit' })],
  ['rest', 'waiting for the user: an installation', at('checkingBinary', { type: 'choice-needed', reason: 'install' })],
  ['rest', 'waiting for the user: no polls left', apply(manual, { type: 'polled', port: 8080, nextPollAt: undefined })],
  ['poll', 'waiting for a manual start: polls left', manual],
  [
    'poll',
    'waiting for a manual start: an installation, before which the user may start a worker',
    at('checkingBinary', { type: 'choice-needed', reason: 'install', manual: { port: 8080, installed: false } }),
  ],
  ['settle-cancel', 'cancelled before anything was submitted: in the queue', at('resolved', cancel)],
  ['settle-cancel', 'cancelled before anything was submitted: while offline', at('resolving', offline, cancel)],
  ['settle-cancel', 'cancelled before anything was submitted: at a manual start', apply(manual, cancel)],
  ['send-cancel', 'cancelled before the hive was told: with an open stream', at('downloading', cancel)],
  ['send-cancel', 'cancelled before the hive was told: with a lost stream', at('downloading', lost, cancel)],
  ['send-cancel', 'cancelled before the hive was told: with a stream never opened', apply(posted, cancel)],
  ['settle-cancel', 'cancelled after the hive was told: before the stream ended', at('downloading', cancel, sent)],
  [
    'settle-cancel',
    'cancelled after the hive reported the end: as cancelled',
    at('downloading', cancel, sent, ended('cancelled')),
  ],
  [
    'settle-cancel',
    'cancelled after the hive reported the end: of a spawn, as done',
    at('started', cancel, ended('done')),
  ],
  [
    'find-evidence',
    'cancelled after the hive reported an end that may be success: done',
    at('downloading', cancel, ended('done')),
  ],
  [
    'find-evidence',
    'cancelled after the hive reported an end that may be success: failed',
    at('downloading', cancel, sent, ended('failed')),
  ],
  ['resolve', 'file not chosen: resolving', at('resolving')],
  ['check-binary', 'worker binary not looked for: a model', at('checkingBinary')],
  ['check-binary', 'worker binary not looked for: a worker', apply(clickedWorker(), { type: 'admitted' })],
  ['submit', 'not submitted: a download', at('resolved', { type: 'admitted' })],
  [
    'submit',
    'not submitted: a download that is retried automatically',
    at('downloading', ended('failed'), { type: 'retry-scheduled', code: 'network', retryAt: 0 }),
  ],
  ['submit', 'not submitted: an installation', at('checkingBinary', { type: 'agreed' })],
  ['submit', 'not submitted: a spawn', at('readyToSpawn')],
  ['open', 'submitted, stream not opened: posted', posted],
  ['open', 'submitted, stream not opened: GET failed', apply(posted, { type: 'checked', nextCheckAt: 0 })],
  ['mark-lost', 'stream opened, no end stored: a download', at('downloading')],
  ['mark-lost', 'stream opened, no end stored: a spawn with a process', at('started')],
  [
    'resubmit',
    'lost, to be submitted again for the user: a download',
    at('downloading', lost, { type: 'resubmit-asked' }),
  ],
  ['find-evidence', 'lost: a download', at('downloading', lost)],
  ['find-evidence', 'lost: a download, hive offline', at('downloading', lost, offline)],
  ['find-evidence', 'lost: a spawn', at('started', lost)],
  ['find-evidence', 'ended, evidence not stored: as done', at('downloading', ended('done'))],
  ['find-evidence', 'ended, evidence not stored: as failed', at('downloading', ended('failed'))],
  ['find-evidence', 'ended, evidence not stored: as cancelled by another client', at('started', ended('cancelled'))],
];

it.each(records)('the action of a restarted service worker is %s (%s)', (action, _, run) => {
  const stored = readStoredRun(JSON.parse(JSON.stringify(run)), undefined);
  expect(stored && nextAction(stored)).toBe(action);
});
