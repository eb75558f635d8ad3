import { describe, expect, it } from 'vitest';
import { readWorkerProcess, servesModel, type WorkerProcess } from '../../../lib/hive/processes.ts';

const id = 'HuggingFaceTB/SmolLM2-135M-Instruct-GGUF:smollm2-135m-instruct-q8_0.gguf';
const path =
  '/home/u/.cache/rbee/models/HuggingFaceTB-SmolLM2-135M-Instruct-GGUF-smollm2-135m-instruct-q8_0.gguf/model.gguf';
const recorded: WorkerProcess = { pid: 8744, program: 'llm-worker-rbee-cpu', port: 8080, model: path, modelRef: id };
const ps = (command: string, pid = '8744') =>
  `  root      ${pid}  2.9  0.1 242436 29028 ?        Sl   22:24   0:01 ${command}`;
const flags = `--worker-id by-hand --model ${path} --model-ref ${id} --port 8080 --hive-url http://localhost:7835`;

describe('a line of worker_process_list', () => {
  it.each<[string, string, Partial<WorkerProcess>]>([
    ['recorded from a real hive', ps(`llm-worker-rbee-cpu ${flags}`), recorded],
    [
      'from macOS',
      `u  812   0.0  1.2 4116420 98304 s001  S+   10:20PM   0:01.50 llm-worker-rbee-cpu ${flags}`,
      { pid: 812 },
    ],
    ['with a path', ps(`/usr/local/bin/llm-worker-rbee-cpu ${flags}`), recorded],
    [
      'with the flags in another order',
      ps('llm-worker-rbee-cuda --port 9001 --model /m.gguf'),
      { port: 9001, model: '/m.gguf' },
    ],
    ['with =', ps('llm-worker-rbee-metal --port=9001 --model=/m.gguf'), { port: 9001, model: '/m.gguf' }],
    [
      'with a path that contains spaces',
      ps('llm-worker-rbee-cpu --model /a b/m n.gguf --port 1'),
      { model: '/a b/m n.gguf' },
    ],
    [
      'of a worker that the hive started',
      ps(`worker-cpu-8081 --worker-id x --model ${id} --device 0 --port 8081`),
      { port: 8081, model: id },
    ],
  ])('%s is a worker', (_, line, expected) => {
    expect(readWorkerProcess(line)).toMatchObject(expected);
  });

  it.each([
    [
      'a compiler',
      ps('/home/u/.rustup/bin/cargo build -j2 --release -p llm-worker-rbee --bin llm-worker-rbee-cpu --port 1'),
    ],
    ['an editor', ps(`vim /usr/bin/llm-worker-rbee-cpu ${flags}`)],
    ['a shell that starts one', ps(`sh -c /usr/bin/llm-worker-rbee-cpu ${flags}`)],
    ['sudo', ps(`sudo /usr/bin/llm-worker-rbee-cpu ${flags}`)],
    ['a program with a similar name', ps(`/usr/bin/llm-worker-rbee-cpu-log ${flags}`)],
    ['a worker without a port', ps('llm-worker-rbee-cpu --model /m.gguf')],
    ['a port out of range', ps('llm-worker-rbee-cpu --port 65536')],
    ['a model named like a second port', ps('llm-worker-rbee-cpu --model /a --port 22.gguf --port 8080')],
    ['a path with a hidden character', ps('llm-worker-rbee-cpu --model /a\u202e.gguf --port 8080')],
    ['pid 0', ps(`llm-worker-rbee-cpu ${flags}`, '0')],
    ['a pid that means a process group', ps(`llm-worker-rbee-cpu ${flags}`, '2147483648')],
    ['the header', 'USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND'],
    ['no text', ''],
  ])('%s is not a worker', (_, line) => {
    expect(readWorkerProcess(line)).toBeUndefined();
  });
});

describe('whether a process serves a model', () => {
  const { model: _, modelRef: __, ...bare } = recorded;
  it.each<[boolean, string, WorkerProcess, string?]>([
    [true, 'a process with the same --model-ref', { ...bare, model: '/other.gguf', modelRef: id }],
    [true, 'a process with the path in the catalog', { ...bare, model: '/models/x.gguf' }, '/models/x.gguf'],
    [true, 'a process with the default path of the id, without a catalog entry', { ...bare, model: path }],
    [true, 'a process to which the hive passed the id', { ...bare, model: id }],
    [false, 'a process with another path', { ...bare, model: '/models/y.gguf' }, '/models/x.gguf'],
    [false, 'a process with another id', { ...bare, modelRef: 'a/b' }],
    [false, 'a process without a model', bare],
  ])('is %s for %s', (expected, _name, process, known) => {
    expect(servesModel(process, id, known)).toBe(expected);
  });
});
