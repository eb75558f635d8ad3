import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alternativesTo, searchUrl } from '../../../lib/hub/alternatives.ts';
import { createHubClient } from '../../../lib/hub/client.ts';
import { nameFiles } from '../../../lib/hub/file-names.ts';
import { HubError } from '../../../lib/hub/hub-error.ts';
import { readFiles } from '../../../lib/hub/model-files.ts';
import { accessOf } from '../../../lib/hub/repository-access.ts';
import { nextAttemptAt } from '../../../lib/hub/retry-schedule.ts';
import { hubFaults } from '../../hub/faults.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub();
});
beforeEach(() => hub.setFaults([]));
afterAll(() => hub.stop());

const client = () => createHubClient({ baseUrl: hub.url });

describe('the reason why a hive may not download from a repository', () => {
  it.each([
    ['google/gemma-2-2b-it-GGUF', { access: 'gated', licenceUrl: 'https://huggingface.co/google/gemma-2-2b-it-GGUF' }],
    ['local/private', { access: 'private-or-missing' }],
    ['org/nothing', { access: 'private-or-missing' }],
    ['TheBloke/Llama-2-7B-Chat-GGUF', { access: 'public' }],
  ])('%s: %o', async (repo, expected) => {
    expect(await accessOf(client(), repo)).toEqual(expected);
  });

  it('is that the hub disabled it', async () => {
    hub.setFaults([{ path: '/api/', status: 403, headers: { 'x-error-code': 'DisabledRepo' } }]);
    expect(await accessOf(client(), 'org/name')).toEqual({ access: 'disabled' });
  });

  it('is unknown while the hub does not answer', async () => {
    hub.setFaults([hubFaults.serverError]);
    expect(await accessOf(client(), 'org/name')).toBeUndefined();
  });
});

describe('in place of a repository without a usable file', () => {
  const alternatives = async (repo: string) => {
    const hubClient = client();
    return alternativesTo(await hubClient.repository(repo), hubClient);
  };

  it('there are repositories with quantised copies', async () => {
    expect(await alternatives('Qwen/Qwen2.5-0.5B-Instruct')).toMatchObject({
      kind: 'derivatives',
      derivatives: [{ id: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF' }, { id: 'bartowski/Qwen2.5-0.5B-Instruct-GGUF' }],
    });
  });

  it.each([
    ['openai-community/gpt2', 'no-gguf'],
    ['unsloth/DeepSeek-R1-GGUF', 'split'],
  ])('there is a search if there are none: %s (%s)', async (repo, reason) => {
    expect(await alternatives(repo)).toEqual({ kind: 'unsupported', reason, searchUrl: searchUrl(repo) });
  });

  it('nothing is offered if it has one', async () => {
    expect(await alternatives('TheBloke/Llama-2-7B-Chat-GGUF')).toBeUndefined();
  });

  it('the search is for the name of the model', () => {
    expect(searchUrl('unsloth/DeepSeek-R1-GGUF')).toBe('https://huggingface.co/models?library=gguf&search=DeepSeek-R1');
  });
});

describe('a temporary problem of the hub is waited for', () => {
  it.each([
    ['2 s at first', 'server', 1, undefined, 2_000],
    ['longer each time', 'time-out', 4, undefined, 16_000],
    ['as long as the hub asks', 'rate-limited', 1, 45_000, 45_000],
    ['not longer than a minute', 'rate-limited', 1, 61_000, undefined],
    ['not longer than the rest of the minute', 'rate-limited', 3, 58_000, undefined],
    ['not a sixth time', 'unreachable', 6, undefined, undefined],
    ['not if the answer will be the same', 'missing', 1, undefined, undefined],
  ] as const)('%s', (_, trouble, attempts, retryAfterMs, wait) => {
    const at = nextAttemptAt(new HubError(trouble, '', { retryAfterMs }), attempts, 1_000);
    expect(at).toBe(wait && 1_000 + wait);
  });
});

it('files with the same quantisation are distinguished by folder, otherwise by name', () => {
  const paths = ['a/x-Q4_K_M.gguf', 'b/x-Q4_K_M.gguf', 'a/x-Q8_0.gguf', 'a/y-Q8_0.gguf', 'x-Q6_K.gguf', 'plain.gguf'];
  const files = readFiles(paths.map((path) => ({ path })));
  expect(files.map(nameFiles(files))).toEqual([
    'Q8_0 · x-Q8_0',
    'Q8_0 · y-Q8_0',
    'Q6_K',
    'Q4_K_M · a',
    'Q4_K_M · b',
    'plain',
  ]);
});
