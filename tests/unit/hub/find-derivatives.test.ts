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
  ['its own if it has any', [copyOf('org/name-AWQ', 'a/own'), copyOf('org/name', 'a/base')], ['a/own']],
  ['those of its original otherwise', [copyOf('org/name', 'a/base')], ['a/base']],
  ['never the repository itself', [copyOf('org/name', 'org/name-AWQ')], []],
  ['none if neither has any', [], []],
])('the derivatives of a repository are %s', async (_, faults, expected) => {
  const hub = await startHub({ faults: [...faults, nothing] });
  onTestFinished(() => hub.stop());
  const client = createHubClient({ baseUrl: hub.url });
  const found = await findDerivatives(client, { id: 'org/name-AWQ', originals: ['org/name'] });
  expect(found.map(({ id }) => id)).toEqual(expected);
});
