import { expect, it, onTestFinished } from 'vitest';
import { createHubClient } from '../../../lib/hub/client.ts';
import { findDerivatives } from '../../../lib/hub/find-derivatives.ts';
import { startHub } from '../../hub/start-hub.ts';

const copyOf = (repo: string, id: string) => ({
  path: new RegExp(`quantized%3A${encodeURIComponent(repo)}&`),
  status: 200,
  body: JSON.stringify([{ id, downloads: 5, tags: ['gguf', `base_model:quantized:${repo}`] }]),
});
const nothing = { path: '/api/models?', status: 200, body: '[]' };

it.each([
  ['of the repository itself first', [copyOf('org/name-AWQ', 'a/own'), copyOf('org/name', 'a/base')], ['a/own']],
  ['of its original otherwise', [copyOf('org/name', 'a/base')], ['a/base']],
  ['but never the repository itself', [copyOf('org/name', 'org/name-AWQ')], []],
  ['and none if there are none', [], []],
])('derivatives are those %s', async (_, faults, expected) => {
  const hub = await startHub({ faults: [...faults, nothing] });
  onTestFinished(() => hub.stop());
  const client = createHubClient({ baseUrl: hub.url });
  const found = await findDerivatives(client, { id: 'org/name-AWQ', originals: ['org/name'] });
  expect(found.map(({ id }) => id)).toEqual(expected);
});
