import { describe, expect, it } from 'vitest';
import { readRbeeLink } from '../../../lib/marketplace/rbee-link.ts';
import { readRoute, subjectOfRoute } from '../../../lib/marketplace/route.ts';

const read = (path: string) => {
  const route = readRoute(path);
  return route && (subjectOfRoute(route) ?? 'something');
};

describe('the address of a page', () => {
  it.each([
    ['/models/TheBloke%2FLlama-2-7B-Chat-GGUF', 'hf:TheBloke/Llama-2-7B-Chat-GGUF'],
    ['/models/meta-llama--llama-3-2-1b', 'something'],
    ['/models/huggingface/thebloke--llama-2-7b', 'something'],
    ['/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF', 'hf:TheBloke/Llama-2-7B-Chat-GGUF'],
    ['/models/huggingface/TheBloke/Llama-2-7B-Chat-GGUF/', 'hf:TheBloke/Llama-2-7B-Chat-GGUF'],
    ['/models/civitai/civitai-4384', 'civitai:4384'],
    ['/models/civitai/4384', 'civitai:4384'],
    ['/models/civitai-4384', 'civitai:4384'],
    ['/models/civitai/dreamshaper', 'something'],
    ['/workers/cpu-llm', 'worker:llm-worker-rbee-cpu'],
    ['/workers/llm-worker-rbee', 'worker:llm-worker-rbee'],
    ['/workers/Not%20An%20Id', 'something'],
    ['/models/huggingface/..%2F..%2Fadmin', 'something'],
    ['/models/huggingface/%E0%A4%A', undefined],
    ['/', undefined],
    ['/models', undefined],
    ['/models/huggingface', undefined],
    ['/models/civitai', undefined],
    ['/models/huggingface/filter/likes', undefined],
    ['/models/civitai/filter/month/checkpoints/sdxl', undefined],
    ['/workers', undefined],
    ['/workers/filter/cpu', undefined],
    ['/search', undefined],
    ['/docs/models/a', undefined],
  ])('%s is about %s', (path, subject) => expect(read(path)).toBe(subject));
});

describe('a link to the desktop app', () => {
  it.each([
    ['rbee://model/TheBloke/Llama-2-7B-Chat-GGUF', 'hf:TheBloke/Llama-2-7B-Chat-GGUF'],
    ['rbee://download-model/TheBloke%2FLlama-2-7B-Chat-GGUF', 'hf:TheBloke/Llama-2-7B-Chat-GGUF'],
    ['rbee://install/model?worker=cpu&id=a%2Fb', 'hf:a/b'],
    ['rbee://install/worker?id=llm-worker-rbee', 'worker:llm-worker-rbee'],
    ['rbee://worker/cpu-llm', 'worker:llm-worker-rbee-cpu'],
    ['rbee://install-worker/llm-worker-rbee-cuda', 'worker:llm-worker-rbee-cuda'],
    ['rbee://marketplace', undefined],
    ['rbee://model', undefined],
    ['rbee://model?id=a/b', undefined],
    ['rbee://model?id=../x', undefined],
    ['rbee://model/%E0%A4%A', undefined],
    ['rbee:model/a/b', undefined],
    ['https://rbee.dev/model/a/b', undefined],
  ])('%s runs or installs %s', (href, subject) => expect(readRbeeLink(href).subject).toBe(subject));

  it.each([
    ['rbee://marketplace', '/'],
    ['rbee://model?id=a/b.c', '/models/huggingface/a%2Fb.c'],
    ['rbee://model/?id=a%2Fb', '/models/huggingface/a%2Fb'],
    ['rbee://model?id=../x', undefined],
    ['rbee://model?id=//evil.example/x', undefined],
    ['rbee://model/a/b', undefined],
    ['rbee://install/model?id=a/b', undefined],
  ])('%s opens %s, as rbee itself would', (href, path) => expect(readRbeeLink(href).path).toBe(path));

  it.each([
    ['rbee://install/model?id=a/b&worker=cuda', 'cuda'],
    ['rbee://install/model?id=a/b&worker=llm-worker-rbee-metal', 'metal'],
    ['rbee://install/model?id=a/b&worker=rocm', undefined],
    ['rbee://install/model?id=a/b', undefined],
  ])('%s runs it with the worker %s', (href, worker) => expect(readRbeeLink(href).backend).toBe(worker));
});
