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

describe('the machine', () => {
  it('is kept awake while a download runs, and asked for once', () => {
    const keep = createKeepAwake();
    for (const run of [at('resolved'), at('downloading'), at('downloading'), at('downloaded')]) keep([run], true);
    expect(calls).toEqual(['release', 'system', 'release']);
  });

  it('is let go where an earlier service worker died and left it awake', () => {
    createKeepAwake()([at('downloading')], true);
    const keep = createKeepAwake();
    keep([at('downloading', lost)], true);
    keep([at('downloading', lost)], true);
    expect(calls).toEqual(['system', 'release']);
  });

  it('is let go where nobody knows whether the download goes on', () => {
    const keep = createKeepAwake();
    keep([at('downloading')], true);
    keep([at('downloading', lost)], true);
    expect(calls).toEqual(['system', 'release']);
  });

  it('is left alone where nobody wants that, and in any other step', () => {
    const keep = createKeepAwake();
    keep([at('downloading')], false);
    keep([at('starting'), at('running')], true);
    expect(calls).toEqual(['release']);
  });

  it('is kept awake as soon as the browser allows it, though that was wanted before', () => {
    vi.stubGlobal('chrome', {});
    const keep = createKeepAwake();
    keep([at('downloading')], true);
    grant();
    keep([at('downloading')], true);
    expect(calls).toEqual(['system']);
  });
});
