import { expect, it } from 'vitest';
import { createLastChoice } from '../../../lib/background/last-chosen-file.ts';
import { memoryArea } from '../runs/area.ts';

it('simultaneous choices on two hives are both stored', async () => {
  const choice = createLastChoice(memoryArea());
  await Promise.all([choice.set('http://a:7835', 'a.Q4_K_M.gguf'), choice.set('http://b:7835', 'b.gguf')]);
  expect(await choice.get('http://a:7835')).toMatchObject({ path: 'a.Q4_K_M.gguf', label: 'Q4_K_M' });
  expect(await choice.get('http://b:7835')).toMatchObject({ path: 'b.gguf' });
});

it('a choice that cannot be stored is ignored, and the next one is stored', async () => {
  const area = memoryArea();
  const choice = createLastChoice(area);
  area.quota = 5;
  await choice.set('http://a:7835', 'a.gguf');
  area.quota = undefined;
  await choice.set('http://a:7835', 'b.gguf');
  expect(await choice.get('http://a:7835')).toMatchObject({ path: 'b.gguf' });
});
