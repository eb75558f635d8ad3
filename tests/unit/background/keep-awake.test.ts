import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeepAwake } from '../../../lib/background/keep-awake.ts';
import { at, type TestEvent } from '../runs/samples.ts';

const lost: TestEvent = { type: 'lost', jobId: 'job-1' };
let calls: string[];
const grant = () =>
  vi.stubGlobal('chrome', {
    power: {
      requestKeepAwake: (level: string) => calls.push(level),
      releaseKeepAwake: () => calls.push('release'),
    },
  });
beforeEach(() => {
  calls = [];
  grant();
});

describe('the computer', () => {
  it('is kept awake during a download with a single request', () => {
    const keep = createKeepAwake();
    for (const run of [at('resolved'), at('downloading'), at('downloading'), at('downloaded')]) keep([run], true);
    expect(calls).toEqual(['release', 'system', 'release']);
  });

  it('is released after an earlier service worker was terminated', () => {
    createKeepAwake()([at('downloading')], true);
    const keep = createKeepAwake();
    keep([at('downloading', lost)], true);
    keep([at('downloading', lost)], true);
    expect(calls).toEqual(['system', 'release']);
  });

  it('is released if the stream of the download was lost', () => {
    const keep = createKeepAwake();
    keep([at('downloading')], true);
    keep([at('downloading', lost)], true);
    expect(calls).toEqual(['system', 'release']);
  });

  it('is not kept awake if the setting is off or in other steps', () => {
    const keep = createKeepAwake();
    keep([at('downloading')], false);
    keep([at('starting'), at('running')], true);
    expect(calls).toEqual(['release']);
  });

  it('is kept awake as soon as the permission is granted', () => {
    vi.stubGlobal('chrome', {});
    const keep = createKeepAwake();
    keep([at('downloading')], true);
    grant();
    keep([at('downloading')], true);
    expect(calls).toEqual(['system']);
  });
});
