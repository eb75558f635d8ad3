import { expect, it } from 'vitest';
import '../english.ts';
import { nameSubject } from '../../../lib/i18n/subject-texts.ts';

it.each([
  ['hf:bartowski/Llama-GGUF', { owner: 'bartowski/', name: 'Llama-GGUF' }],
  ['hf:bartowski/Llama-GGUF:Llama-Q4_K_M.gguf', { owner: 'bartowski/', name: 'Llama-GGUF' }],
  ['worker:llm-worker-rbee-cpu', { owner: 'Worker ', name: 'llm-worker-rbee-cpu' }],
  ['civitai:4384', { owner: '', name: 'CivitAI model 4384' }],
  ['ollama:phi3', { owner: '', name: 'ollama:phi3' }],
])('%s is displayed as %j', (subject, expected) => {
  expect(nameSubject(subject)).toEqual(expected);
});
