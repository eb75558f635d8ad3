import { describe, expect, it } from 'vitest';
import { parse } from 'zod/mini';
import { currentStep } from '../../../lib/runs/reducer.ts';
import { type Action, deathTable, nextAction } from '../../../lib/runs/resume-rules.ts';
import { Run } from '../../../lib/runs/run.ts';
import { deathPoint, deathPoints } from './death-points.ts';
import { at, clicked, clickedWorker, type Happening, play } from './play.ts';

const ended = (as: 'done' | 'failed' | 'cancelled'): Happening => ({ type: 'ended', jobId: 'job-1', as, reason: 'x' });
const lost: Happening = { type: 'lost', jobId: 'job-1' };
const asked: Happening = { type: 'cancel-asked' };
const sent: Happening = { type: 'cancel-sent' };
const posted = at('resolved', { type: 'admitted' }, { type: 'posted', jobId: 'job-1' });
const missing = at(
  'checkingBinary',
  { type: 'choice-needed', reason: 'install' },
  { type: 'agreed' },
  { type: 'admitted' },
);

/** Stored records as a service worker leaves them when it dies, and what the next one does first. */
const deaths: [point: string, run: Run, action: Action, died: string][] = [
  [
    'waiting for a person',
    at('resolving', { type: 'choice-needed', reason: 'no-fit' }),
    'rest',
    'while a file is to be chosen',
  ],
  [
    'waiting for a person',
    at('checkingBinary', { type: 'choice-needed', reason: 'install' }),
    'rest',
    'while a build is to be agreed to',
  ],

  [
    'cancel asked, nothing sent to the hive',
    at('resolving', asked),
    'settle-cancel',
    'cancelling while the file was looked for',
  ],
  ['cancel asked, nothing sent to the hive', at('resolved', asked), 'settle-cancel', 'cancelling in the queue'],
  [
    'cancel asked, nothing sent to the hive',
    play(clicked(), asked),
    'settle-cancel',
    'cancelling before the first turn',
  ],
  [
    'cancel asked, nothing sent to the hive',
    at('resolving', { type: 'hive-down', nextCheckAt: 0 }, asked),
    'settle-cancel',
    'cancelling while the hive was away',
  ],

  [
    'cancelling, but the hive said first how the job ended',
    at('downloading', asked, ended('done')),
    'look',
    'after [DONE] came instead of the cancel',
  ],
  [
    'cancelling, but the hive said first how the job ended',
    at('downloading', asked, sent, ended('failed')),
    'look',
    'after [ERROR] came instead of the cancel',
  ],
  [
    'cancelling, and the hive said that the job has ended',
    at('downloading', asked, sent, ended('cancelled')),
    'settle-cancel',
    'after [CANCELLED]',
  ],
  [
    'cancelling, and the hive said that the job has ended',
    at('started', asked, ended('done')),
    'settle-cancel',
    'after the worker was up, and has to be stopped',
  ],
  [
    'cancelling, and the hive said that the job has ended',
    at('started', asked, ended('failed')),
    'settle-cancel',
    'after the start failed, and left its process',
  ],
  ['cancel asked, not yet with the hive', at('downloading', asked), 'send-cancel', 'before the DELETE was answered'],
  ['cancel asked, not yet with the hive', at('downloading', lost, asked), 'send-cancel', 'cancelling a lost job'],
  [
    'cancel asked, not yet with the hive',
    play(posted, asked),
    'send-cancel',
    'cancelling a job whose stream was never opened',
  ],
  [
    'cancel with the hive, its end not heard',
    at('downloading', asked, sent),
    'settle-cancel',
    'after the DELETE was answered',
  ],

  ['choosing the file', at('resolving'), 'resolve', 'while the file was looked for'],
  ['worker binary not looked for', at('checkingBinary'), 'check-binary', 'before the list of binaries came'],
  [
    'worker binary not looked for',
    play(clickedWorker(), { type: 'admitted' }),
    'check-binary',
    'before the list of binaries came, on a worker’s page',
  ],
  [
    'worker binary not looked for',
    play({ ...at('checkingBinary'), agreed: true }),
    'check-binary',
    'in an attempt after a build was agreed to',
  ],
  [
    'before submit: a job never streamed never runs',
    at('resolved', { type: 'admitted' }),
    'submit',
    'before the POST of a download was answered',
  ],
  [
    'before submit: a job never streamed never runs',
    missing,
    'submit',
    'before the POST of an installation was answered',
  ],
  [
    'before submit: a job never streamed never runs',
    at('readyToSpawn'),
    'submit',
    'before the POST of a spawn was answered',
  ],

  ['submitted, stream not opened', posted, 'open', 'between POST and GET'],
  [
    'submitted, stream not opened',
    play(posted, { type: 'checked', nextCheckAt: 0 }),
    'open',
    'after a GET that reached nobody',
  ],
  ['stream opened, no end heard', at('downloading'), 'mark-lost', 'during a download'],
  ['stream opened, no end heard', at('starting'), 'mark-lost', 'during a spawn, before its port'],
  ['stream opened, no end heard', at('started'), 'mark-lost', 'during a spawn, after its pid'],
  [
    'a person wants a lost job sent again',
    at('downloading', lost, { type: 'again-asked' }),
    'send-again',
    'before the old job was cancelled',
  ],
  ['contact lost', at('downloading', lost), 'look', 'while evidence was looked for'],
  ['contact lost', at('downloading', lost, { type: 'hive-down', nextCheckAt: 0 }), 'look', 'while the hive was down'],
  [
    'after the marker, evidence not stored',
    at('downloading', ended('done')),
    'look',
    'after [DONE], before the list came',
  ],
  [
    'after the marker, evidence not stored',
    at('downloading', ended('failed')),
    'look',
    'after [ERROR], before the list came',
  ],
  [
    'after the marker, evidence not stored',
    at('started', ended('done')),
    'look',
    'after [DONE], before the worker answered',
  ],
  [
    'after the marker, evidence not stored',
    at('started', ended('cancelled')),
    'look',
    'after a [CANCELLED] nobody here asked for',
  ],
];

describe('a service worker that starts', () => {
  it.each(deaths)('%#: at "%s" knows what to do', (point, run, action) => {
    expect(nextAction(parse(Run, JSON.parse(JSON.stringify(run))))).toBe(action);
    const step = currentStep(run);
    expect(step && deathPoint(run, step)).toBe(point);
  });

  it('has a test for every point at which the one before may have died', () => {
    const tested = new Set(deaths.map(([point]) => point));
    expect(deathTable).toHaveLength(deathPoints.length);
    expect([...tested].toSorted()).toEqual([...deathPoints].toSorted());
  });

  it.each([
    ['running', at('running')],
    ['stopped', at('running', { type: 'worker-gone' })],
    ['failed', at('downloading', { type: 'failed', code: 'network', text: 'x' })],
    ['cancelled', at('downloading', asked, { type: 'cancel-settled' })],
    ['installed', play(clickedWorker(), { type: 'admitted' }, { type: 'proven' })],
    ['queued', at('resolved')],
    ['queued before its first step', clicked()],
    ['offline', at('resolving', { type: 'hive-down', nextCheckAt: 0 })],
  ])('leaves a run alone that is %s', (_, run) => {
    expect(nextAction(run)).toBe('rest');
  });

  it('never opens a stream twice that is known to have been opened, and never sends a job twice that has an id', () => {
    for (const [, run, action] of deaths) {
      const step = currentStep(run);
      if (step?.job?.openedAt) expect(action).not.toBe('open');
      if (step?.job) expect(action).not.toBe('submit');
    }
  });
});
