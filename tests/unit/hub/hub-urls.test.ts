import { describe, expect, it } from 'vitest';
import { searchPage } from '../../../lib/hub/hub-urls.ts';

describe('the search on the hub', () => {
  it.each([
    ['unsloth/DeepSeek-R1-GGUF', 'https://huggingface.co/models?library=gguf&search=DeepSeek-R1'],
    ['meta-llama/Llama-3.2-1B', 'https://huggingface.co/models?library=gguf&search=Llama-3.2-1B'],
    ['Qwen/Qwen2.5-7B-Instruct-AWQ', 'https://huggingface.co/models?library=gguf&search=Qwen2.5-7B-Instruct'],
    ['Qwen/Qwen2.5-7B-GPTQ-Int4', 'https://huggingface.co/models?library=gguf&search=Qwen2.5-7B'],
    [undefined, 'https://huggingface.co/models?library=gguf'],
  ])('is for the name of the model without its owner and format: %s', (repo, url) => {
    expect(searchPage(repo)).toBe(url);
  });
});
