import { describe, expect, it } from 'vitest';
import { type Rule, resumeRules, ruleFor } from '../../../lib/runs/resume-rules.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { readStoredRun } from '../../../lib/runs/validate-stored-run.ts';
import { at, clicked, clickedWorker, play, type TestEvent } from './samples.ts';

const ended = (as: 'done' | 'failed' | 'cancelled'): TestEvent => ({ type: 'ended', jobId: 'job-1', as, reason: 'x' });
const lost: TestEvent = { type: 'lost', jobId: 'job-1' };
const cancel: TestEvent = { type: 'cancel-asked' };
const sent: TestEvent = { type: 'cancel-sent' };
const offline: TestEvent = { type: 'hive-offline', nextCheckAt: 0 };
const posted = at('resolved', { type: 'admitted' }, { type: 'posted', step: 'download', jobId: 'job-1' });
const manual = at('readyToSpawn', { type: 'manual-start', manual: { port: 8080, installed: true } });

/** Records as a service worker leaves them when it is terminated. */
const records: [Rule, string, Run][] = [
  ['nothing to do', 'queued before its first step', clicked()],
  ['nothing to do', 'queued between two steps', at('resolved')],
  ['nothing to do', 'offline', at('resolving', offline)],
  ['nothing to do', 'running', at('running')],
  ['nothing to do', 'stopped', at('running', { type: 'worker-gone' })],
  ['nothing to do', 'failed', at('downloading', { type: 'failed', code: 'disk', text: 'x' })],
  ['nothing to do', 'cancelled', at('downloading', cancel, { type: 'cancel-settled' })],
  ['nothing to do', 'installed', play(clickedWorker(), { type: 'admitted' }, { type: 'proven', step: 'install' })],
  ['waiting for the user', 'a file to choose', at('resolving', { type: 'choice-needed', reason: 'no-fit' })],
  ['waiting for the user', 'an installation', at('checkingBinary', { type: 'choice-needed', reason: 'install' })],
  ['waiting for the user', 'no polls left', play(manual, { type: 'polled', port: 8080, nextPollAt: undefined })],
  ['waiting for a manual start', 'polls left', manual],
  [
    'waiting for a manual start',
    'an installation, with a worker possible before it',
    at('checkingBinary', { type: 'choice-needed', reason: 'install', manual: { port: 8080, installed: false } }),
  ],
  ['cancelled before anything was submitted', 'in the queue', at('resolved', cancel)],
  ['cancelled before anything was submitted', 'while offline', at('resolving', offline, cancel)],
  ['cancelled before anything was submitted', 'at a manual start', play(manual, cancel)],
  ['cancelled before the hive was told', 'with an open stream', at('downloading', cancel)],
  ['cancelled before the hive was told', 'with a lost stream', at('downloading', lost, cancel)],
  ['cancelled before the hive was told', 'with a stream never opened', play(posted, cancel)],
  ['cancelled after the hive was told', 'before the stream ended', at('downloading', cancel, sent)],
  ['cancelled after the hive reported the end', 'as cancelled', at('downloading', cancel, sent, ended('cancelled'))],
  ['cancelled after the hive reported the end', 'of a spawn, as done', at('started', cancel, ended('done'))],
  ['cancelled after the hive reported an end that may be success', 'done', at('downloading', cancel, ended('done'))],
  [
    'cancelled after the hive reported an end that may be success',
    'failed',
    at('downloading', cancel, sent, ended('failed')),
  ],
  ['file not chosen', 'resolving', at('resolving')],
  ['worker binary not looked for', 'a model', at('checkingBinary')],
  ['worker binary not looked for', 'a worker', play(clickedWorker(), { type: 'admitted' })],
  ['not submitted', 'a download', at('resolved', { type: 'admitted' })],
  [
    'not submitted',
    'a download that is retried automatically',
    at('downloading', ended('failed'), { type: 'retry-scheduled', code: 'network', retryAt: 0 }),
  ],
  ['not submitted', 'an installation', at('checkingBinary', { type: 'agreed' })],
  ['not submitted', 'a spawn', at('readyToSpawn')],
  ['submitted, stream not opened', 'posted', posted],
  ['submitted, stream not opened', 'GET failed', play(posted, { type: 'checked', nextCheckAt: 0 })],
  ['stream opened, no end stored', 'a download', at('downloading')],
  ['stream opened, no end stored', 'a spawn with a process', at('started')],
  ['lost, to be submitted again for the user', 'a download', at('downloading', lost, { type: 'resubmit-asked' })],
  ['lost', 'a download', at('downloading', lost)],
  ['lost', 'a download, hive down', at('downloading', lost, offline)],
  ['lost', 'a spawn', at('started', lost)],
  ['ended, evidence not stored', 'as done', at('downloading', ended('done'))],
  ['ended, evidence not stored', 'as failed', at('downloading', ended('failed'))],
  ['ended, evidence not stored', 'as cancelled by somebody else', at('started', ended('cancelled'))],
];

describe('a restarted service worker', () => {
  it.each(records)('applies the rule "%s" (%s)', (rule, _, run) => {
    const stored = readStoredRun(JSON.parse(JSON.stringify(run)), undefined);
    expect(stored && ruleFor(stored)).toBe(rule);
  });

  it('has a tested record for every rule', () => {
    expect(new Set(records.map(([rule]) => rule))).toEqual(new Set(Object.keys(resumeRules)));
  });
});
