import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createPages } from '../../../lib/background/pages.ts';
import type { PageUpdate } from '../../../lib/messages/contract.ts';
import { pageRuns } from '../../../lib/messages/page-run.ts';
import type { Run } from '../../../lib/runs/run.ts';
import '../english.ts';
import { type MemoryArea, memoryArea } from '../runs/area.ts';
import { at, clicked, hive, percent, t0 } from '../runs/samples.ts';

const subject = 'hf:org/name';

describe('the run that a page receives', () => {
  const only = (run: Run) => pageRuns([run], [subject])[0];

  it('contains its state and progress', () => {
    expect(only(at('downloading', percent(36.9)))).toEqual({
      id: 'run-1',
      pageSubject: subject,
      subject,
      state: 'downloading',
      step: 'download',
      progress: { phase: 'downloading', percent: 36.9, changedAt: t0 },
      notes: [],
      withoutModel: false,
    });
  });

  it('contains whether the stream was lost and whether the hive was restarted', () => {
    const lost = { type: 'lost', jobId: 'job-1' } as const;
    expect(only(at('downloading', lost))?.lost).toBe('unknown');
    expect(only(at('downloading', lost, { type: 'hive-offline', nextCheckAt: t0 }))?.lost).toBe('restarted');
  });

  it.each([
    ['disk', {}],
    ['gated', { link: { label: expect.any(String), url: 'https://huggingface.co/org/name' } }],
    ['hive-unreachable', {}],
    ['spawn-unproven', {}],
  ] as const)('contains the failure %s, with links only to the hub', (code, link) => {
    expect(only(at('downloading', { type: 'failed', code, text: '' }))?.failure).toEqual({ code, ...link });
  });

  it('contains nothing about the user’s machines', () => {
    const secret = 'gpu-box.lan';
    const run = at('running', { type: 'worker-proven' });
    const withPrivateData = { ...run, hive: `http://${secret}:7835`, path: `/home/${secret}/model.gguf` };
    const failed = at('downloading', { type: 'failed', code: 'hive-rejected', text: secret });
    const unproven = {
      ...run,
      state: 'failed',
      failure: { code: 'spawn-unproven', step: 'spawn', text: '', at: t0 },
    } as const;
    const texts = [withPrivateData, { ...failed, hive: `http://${secret}:7835` }, unproven].map((one) => only(one));
    const text = JSON.stringify(texts);
    for (const hidden of [secret, hive, '8080', 'pid']) expect(text).not.toContain(hidden);
  });

  it('is the newest run of each of its subjects, and no run of other subjects', () => {
    const run = (id: string, order: number, more: Partial<Run> = {}) => clicked({ id, order, ...more });
    const runs = [
      run('old', 1),
      run('new', 3, { subject: `${subject}:b.gguf`, model: 'org/name:b.gguf' }),
      run('middle', 2),
      run('other', 4, { subject: 'hf:org/other' }),
    ];
    const found = (...subjects: string[]) => pageRuns(runs, subjects).map(({ id, pageSubject }) => [pageSubject, id]);
    expect(found(subject, 'hf:org/none')).toEqual([[subject, 'new']]);
    expect(found(`${subject}:b.gguf`)).toEqual([[`${subject}:b.gguf`, 'new']]);
    expect(found()).toEqual([]);
  });
});

describe('a page', () => {
  let runs: Run[];
  let session: MemoryArea;
  let sent: [tabId: number, update: PageUpdate][];
  let closed: Set<number>;
  const start = () =>
    createPages({
      session,
      runs: () => runs,
      async send(tabId, update) {
        if (closed.has(tabId)) throw new Error('Could not establish connection. Receiving end does not exist.');
        sent.push([tabId, update]);
      },
    });

  beforeEach(() => {
    runs = [at('downloading', percent(1))];
    session = memoryArea();
    sent = [];
    closed = new Set();
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });
  const change = async (pages: ReturnType<typeof start>, value: number) => {
    runs = [at('downloading', percent(value))];
    pages.changed();
    await vi.runAllTimersAsync();
  };
  const percents = () =>
    sent.map(
      ([
        tabId,
        {
          runs: [run],
        },
      ]) => [tabId, run?.progress?.percent],
    );

  it('receives the current state in the reply, and an update after each change', async () => {
    const pages = start();
    expect((await pages.show(1, [subject])).runs).toMatchObject([{ state: 'downloading', progress: { percent: 1 } }]);
    await change(pages, 2);
    await change(pages, 3);
    expect(percents()).toEqual([
      [1, 2],
      [1, 3],
    ]);
  });

  it('receives one update for many changes at once, and none for changes of other runs', async () => {
    const pages = start();
    await pages.show(1, [subject]);
    await pages.show(2, ['hf:org/other']);
    for (let value = 2; value < 100; value += 1) {
      runs = [at('downloading', percent(value))];
      pages.changed();
    }
    await vi.runAllTimersAsync();
    await change(pages, 99);
    expect(percents()).toEqual([[1, 99]]);
  });

  it('receives updates from the next service worker', async () => {
    await start().show(1, [subject]);
    await change(start(), 2);
    expect(percents()).toEqual([[1, 2]]);
  });

  it('that was closed is removed from the list, also for the next service worker', async () => {
    const pages = start();
    await pages.show(1, [subject]);
    closed.add(1);
    await change(pages, 2);
    closed.clear();
    await change(pages, 3);
    await change(start(), 4);
    expect([sent, [...session.items.keys()]]).toEqual([[], []]);
  });

  it('that replaces another one in the same tab is not removed with it', async () => {
    const pages = start();
    await pages.show(1, [subject]);
    closed.add(1);
    pages.changed();
    runs = [at('downloading', percent(2))];
    const sending = vi.runAllTimersAsync();
    await pages.show(1, ['hf:org/name:f.gguf']);
    await sending;
    closed.clear();
    await change(pages, 3);
    expect(sent.at(-1)?.[1].runs).toMatchObject([{ pageSubject: 'hf:org/name:f.gguf' }]);
  });

  it('receives which of its subjects are on a hive, and nothing about other models', async () => {
    const pages = start();
    await pages.show(1, [subject, 'hf:org/other']);
    pages.setDownloaded(['org/name:f.gguf', 'org/private:x.gguf']);
    await vi.runAllTimersAsync();
    expect(sent.at(-1)?.[1].downloaded).toEqual([subject]);
    expect(JSON.stringify(sent)).not.toContain('private');
  });
});
