import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actions, messageOf, operation, parseNarration } from '../conformance/events.ts';
import { aHive, aHub, download, list, model } from './given.ts';

const path = '/local/tiny/resolve/main/tiny-Q8_0.gguf';
const percents = (outcome: { narrations: { action: string; message: string }[] }): number[] =>
  outcome.narrations
    .filter(({ action }) => action === 'download_progress')
    .flatMap(({ message }) => Number(/\((.*)%/.exec(message)?.[1] ?? 0));

describe('a download', () => {
  it('has its percentage told, and stands where the hub stands', async () => {
    const hub = await aHub({ faults: [{ path, holdAt: 0.4, times: 2 }] });
    const { hive, submit, finish } = await aHive({ hub: hub.url, progressMs: 20 });
    const outcome = finish(await submit(download()));
    await hive.until(
      ({ jobs }) => jobs[0]?.lines.filter(({ message }) => message.includes('(40.0% complete)')).length === 3,
    );
    hub.release();
    expect((await outcome).marker).toBe('[DONE]');
    expect(hub.requests.map(({ headers }) => headers.range)).toEqual(['bytes=0-0', 'bytes=0-']);
  });

  it('tells no percentage while there is none', async () => {
    const hub = await aHub({ faults: [{ path, hang: true }] });
    const { hive, submit, follow } = await aHive({ hub: hub.url, progressMs: 20 });
    const stream = await follow(await submit(download()));
    const { data } = await stream.until((event) => event.data.includes('Still downloading'));
    expect(parseNarration(data)?.message).toBe('⏳ Still downloading tiny-Q8_0.gguf...');
    expect(hive.downloads()).toBe(1);
  });

  it('goes on from a partial file after the hive has died', async () => {
    const hub = await aHub({ faults: [{ path, holdAt: 0.5 }] });
    const { hive, submit, finish, run } = await aHive({ hub: hub.url, progressMs: 20 });
    const id = await submit(download());
    const broken = finish(id);
    await hive.until(({ jobs }) => jobs[0]?.lines.some(({ message }) => message.includes('(50.0%')));
    await hive.kill();
    expect((await broken).broken).toBe(true);
    await expect(run(list)).rejects.toThrow('ECONNREFUSED');
    await hive.restart();
    expect((await finish(id)).raw).toContain('Job channel not found');
    const again = finish(await submit(download()));
    await hub.until(({ requests }) => requests.at(-1)?.headers.range === 'bytes=450000-');
    hub.setFaults([]);
    hub.release();
    const outcome = await again;
    expect(outcome.marker).toBe('[DONE]');
    expect(Math.min(100, ...percents(outcome))).toBeGreaterThanOrEqual(50);
    expect(hive.models().map(({ id }) => id)).toEqual([model]);
  });

  it('goes on after a cancel, holds its lock, and leaves the file in the cache', async () => {
    const hub = await aHub({ faults: [{ path, holdAt: 0.5 }] });
    const { hive, submit, follow, cancel, run } = await aHive({ hub: hub.url, progressMs: 20, lockWaitMs: 50 });
    const id = await submit(download());
    const stream = await follow(id);
    await stream.until(({ data }) => data.includes('(50.0%'));
    await cancel(id);
    const said: string[] = [];
    await stream.until(({ data }) => {
      said.push(parseNarration(data)?.action ?? data);
      return data === '[CANCELLED]';
    });
    expect(said.slice(-3)).toEqual(['download_cancelled', 'cancelled', '[CANCELLED]']);
    expect(hive.downloads()).toBe(1);
    expect((await run(download())).marker).toMatch(/Lock acquisition failed: .*\.lock$/);
    hub.release();
    await hive.until(({ downloads }) => downloads() === 0);
    expect(hive.models()).toEqual([]);
    hub.setFaults([]);
    expect((await run(download())).marker).toBe('[DONE]');
  });

  it('fetches a file twice when the hive had to look for it', async () => {
    const hub = await aHub();
    const { run } = await aHive({ hub: hub.url });
    const outcome = await run(download('local/tiny'));
    expect(outcome.marker).toBe('[DONE]');
    expect(messageOf(outcome, 'hf_download_file')).toBe('📥 Downloading file: tiny-Q5_K_M.gguf');
    const whole = hub.requests.filter(({ headers }) => headers.range === 'bytes=0-').map(({ path }) => path);
    expect(whole).toEqual(Array(2).fill('/local/tiny/resolve/main/tiny-Q5_K_M.gguf'));
    expect(hub.requests[0]?.path).toBe('/local/tiny/resolve/main/tiny-Q4_K_M.gguf');
  });

  it.each([
    ['is gated', 'google/gemma-2-2b-it-GGUF:gemma-2-2b-it.gguf', {}, 'status code 401'],
    [
      'is gated and the hive has a token',
      'google/gemma-2-2b-it-GGUF:gemma-2-2b-it.gguf',
      { hubToken: 'hf_x' },
      'status code 403',
    ],
    ['is in no repository', 'no/such:file.gguf', {}, 'status code 401'],
    ['is not in its repository', 'local/tiny:nope.gguf', {}, 'status code 404'],
  ])('fails when the file %s', async (_, id, options, reason) => {
    const hub = await aHub();
    const { run } = await aHive({ hub: hub.url, ...options });
    const url = `https://huggingface.co/${id.replace(':', '/resolve/main/')}`;
    expect((await run(download(id))).marker).toBe(
      `[ERROR] HuggingFace download failed: request error: ${url}: ${reason}`,
    );
  });

  it('fails when the hive is offline, the line breaks or the partial file is damaged', async () => {
    const offline = await aHive();
    expect((await offline.run(download())).marker).toMatch(/request error: https:.*: Dns Failed: /);
    const hub = await aHub({ faults: [{ path, cutAt: 0.5, times: 2 }] });
    const { hive, run } = await aHive({ hub: hub.url });
    expect((await run(download())).marker).toMatch(/^\[ERROR\] HuggingFace download failed: I\/O error /);
    hub.setRepos([{ id: 'local/tiny', files: [{ path: 'tiny-Q8_0.gguf', size: 100 }] }]);
    expect((await run(download())).marker).toBe(
      '[ERROR] HuggingFace download failed: Invalid part file - corrupted file',
    );
    expect(hive.models()).toEqual([]);
  });

  it('fails where and how it is told to', async () => {
    const hub = await aHub();
    const fail = 'HuggingFace download failed: I/O error No space left on device (os error 28)';
    const { run } = await aHive({ hub: hub.url, faults: [{ before: 'hf_copy_start', fail }] });
    const outcome = await run(download());
    expect(actions(outcome).slice(-2)).toEqual(['hf_download_cached', 'failed']);
    expect(outcome.marker).toBe(`[ERROR] ${fail}`);
  });

  it('may be cancelled while it copies, and says so in one of two ways', async () => {
    const hub = await aHub();
    for (const [cancelRace, marker] of [
      ['runner', '[CANCELLED]'],
      ['work', '[ERROR] Copy cancelled by user'],
    ] as const) {
      const { hive, submit, finish, cancel } = await aHive({ hub: hub.url, copyMs: 60_000, cancelRace });
      const id = await submit(download());
      const outcome = finish(id);
      await hive.until(({ jobs }) => jobs[0]?.lines.at(-1)?.action === 'hf_copy_start');
      await cancel(id);
      expect((await outcome).marker).toBe(marker);
    }
  });

  it('races with its twin for the catalog', async () => {
    const hub = await aHub();
    const { hive, submit, finish } = await aHive({
      hub: hub.url,
      faults: [{ before: 'hf_copy_start', pause: true, times: 2 }],
    });
    const twins = [await submit(download()), await submit(download())].map(finish);
    await hive.until(({ paused }) => paused() === 2);
    hive.release();
    const markers = (await Promise.all(twins)).map(({ marker }) => marker).sort();
    expect(markers).toEqual(['[DONE]', `[ERROR] Artifact '${model}' already exists in catalog`]);
  });
});

describe('a delete', () => {
  it('with an empty id wipes every model', async () => {
    const { hive, run } = await aHive({ models: ['a/b:c.gguf', 'd/e:f.gguf'] });
    expect((await run(operation('model_delete', { id: '' }))).marker).toBe('[DONE]');
    expect(hive.models()).toEqual([]);
  });

  it('never leaves the stand-in’s own folder', async () => {
    const { hive, run } = await aHive({ models: ['a/b:c.gguf'] });
    for (const id of ['..', '../..', hive.dataDir, '/']) {
      expect((await run(operation('model_delete', { id }))).marker).toBe('[DONE]');
    }
    expect(hive.models()).toHaveLength(1);
    expect(existsSync(join(hive.dataDir, 'rbee', 'workers'))).toBe(true);
    expect(hive.escapes()).toEqual(['..', '../..', hive.dataDir, '/']);
  });
});
