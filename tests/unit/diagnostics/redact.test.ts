import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedact } from '../../../lib/diagnostics/redact.ts';

const hives = [
  'http://localhost:7835',
  'http://gpu-box:7835',
  'http://192.168.1.20:7834',
  'http://nas.example.org:7835',
  'http://[2001:db8::7]:7835',
  'http://gpu-box:7834',
];

describe('redaction', () => {
  it.each([
    // Machines
    ['http://gpu-box:7835/v1/jobs', 'http://hive-1:7835/v1/jobs'],
    ['GPU-BOX said no, gpu-box_2 and my-gpu-box too', 'hive-1 said no, hive-1_2 and my-hive-1 too'],
    ['http://192.168.1.20:7834, then 192.168.1.20.', 'http://hive-2:7834, then hive-2.'],
    ['no route to 192.168.1.200', 'no route to host-1'],
    ['nas.example.org:7835, backup.nas.example.org and nas itself', 'hive-3:7835, backup.hive-3 and hive-3 itself'],
    ['http://[2001:db8::7]:8080', 'http://hive-4:8080'],
    ['connect to 2001:db8::7 and 2001:DB8:0::7 and fe80::1%eth0', 'connect to hive-4 and hive-4 and host-1'],
    ['::ffff:192.168.1.9', 'host-1'],
    ['tcp://10.0.0.5:80 10.0.0.5 10.0.0.6', 'tcp://host-1:80 host-1 host-2'],
    ['https://secret.corp.example/x (https://secret.corp.example/y)', 'https://host-1/x (https://host-1/y)'],
    ['dns error: annas-mac.local, router.fritz.box', 'dns error: host-1, host-2'],
    ['tried workshop:7835', 'tried host-1:7835'],
    ['http://hive-2:7835 is a machine’s own name', 'http://host-1:7835 is a machine’s own name'],
    ['http://anna:pass@gpu-box:7835', 'http://…@hive-1:7835'],
    ['ssh://anna@10.1.2.3/x', 'ssh://…@host-1/x'],
    ['written by anna.b@mail.example.org', 'written by …@…'],
    ['worker 0a1b on host_id deskbox', 'worker 0a1b on host_id id-1'],
    ['\\\\gpu-box\\share and \\\\attic\\anna\\models', '\\\\hive-1\\share and \\\\host-1\\…\\models'],
    ['scp anna@attic:x, npm:vite@8.3.8', 'scp …@…:x, npm:vite@8.3.8'],
    ['tried attic:8080 on port:8080', 'tried host-1:8080 on port:8080'],
    ['getaddrinfo: could not resolve host attic', 'getaddrinfo: could not resolve host host-1'],
    ['no such host: "attic"', 'no such host: "host-1"'],
    // Not redacted
    ['a rbee-hive said a word', undefined],
    ['http://localhost:8080 http://127.0.0.1:8080 http://[::1]:7835', undefined],
    ['listening on 0.0.0.0:7835, [::]:7835', undefined],
    ['https://huggingface.co/a/b/resolve/main/c.gguf: status code 404', undefined],
    ['https://cdn-lfs.hf.co/repos/x and https://github.com/rbee-keeper/rbee', undefined],
    ['at 12:34:56 after 1:02:03, std::io::Error, v0.1.0, 3.2', undefined],
    ['hf_download_file: bartowski/Llama-3.2-1B-Instruct-GGUF:Llama-3.2-1B-Instruct-Q4_K_M.gguf', undefined],
    ['http://localhost/* http://127.0.0.1/* *://*/*', undefined],
    ["📥 Downloading model on hive 'localhost' (36.5% complete)...", undefined],
    // Home folders
    ['/home/anna/.cache/rbee/models', '~/.cache/rbee/models'],
    ['"/home/anna"', '"~"'],
    ['/var/home/anna/x:/home/bert/y', '~/…:~/…'],
    ['/Users/anna/Library, file:///Users/anna', '~/Library, file://~'],
    ['C:\\Users\\anna\\AppData', '~\\AppData'],
    ['C:\\\\Users\\\\Anna Maria\\\\AppData', '~\\\\AppData'],
    ['c:/Users/Anna Maria/x', '~/…'],
    ['C:\\Users\\anna is full', '~ is full'],
    ['/mnt/c/Users/Anna Maria/x and /c/Users/anna', '~/… and ~'],
    ['file=%2Fhome%2Fanna%2Fmodel.gguf', 'file=~%2Fmodel.gguf'],
    ['{\\"path\\":\\"\\/home\\/anna\\/x\\"}', '{\\"path\\":\\"~\\/…\\"}'],
    // Other folders
    ['/media/anna/Big Disk/models/x.gguf', '/media/…/models/x.gguf'],
    ['/run/media/anna/disk is full, /mnt/annas-disk/x.gguf', '/run/media/… is full, /mnt/…/x.gguf'],
    ['/Volumes/Anna Backup/models', '/Volumes/…/models'],
    ['file:///srv/acme/secret-project/model.gguf', 'file:///…/model.gguf'],
    ['D:\\models\\Anna Smith', 'D:\\models\\…'],
    ['E:/work/acme/x.gguf (os error 3)', 'E:/…/x.gguf (os error 3)'],
    ['%2Fmedia%2Fanna%2Fx.gguf', '%2Fmedia%2F…%2Fx.gguf'],
    ['/usr/local/bin/llm-worker-rbee-cpu --model-ref a/b', undefined],
    ['~/.cache/huggingface/hub/models--a--b/blobs/0123456789abcdef0123456789abcdef01234567.part', undefined],
    ['~/.cache/rbee/models/bartowski-Llama-3.2/model.gguf', undefined],
    ['GET /v1/jobs/job-0a1b2c3d/stream', undefined],
    // Secrets
    ['ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'ghp_…'],
    ['github_pat_11ABCDEFG0_abcdefghijklmnop glpat-AbCdEfGhIjKlMnOpQrSt', 'github_… glpat-…'],
    ['key AKIAIOSFODNN7EXAMPLE', 'key AKIAIOSFODNN…'],
    ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG', 'AWS_SECRET_ACCESS_KEY=…'],
    ['access_key: wJalrXUtnFEMI', 'access_key: …'],
    ['"password": "two words", "user": "x"', '"password": …, "user": "x"'],
    ["DB_PASSWORD='it is \\'this one\\'' next", 'DB_PASSWORD=… next'],
    ['{\\"client_secret\\":\\"a b c\\"}', '{\\"client_secret\\":…}'],
    ['curl --api-key abc123 https://hf.co/x', 'curl --api-key … https://hf.co/x'],
    ['Missing tokenizer.ggml.scores in GGUF metadata', undefined],
    ['token hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567 was refused', 'token hf_… was refused'],
    ['HF_TOKEN=abc123 cargo build', 'HF_TOKEN=… cargo build'],
    ['Authorization: Bearer eyJhbGciOi.JIUz-I1_NiJ9', 'Authorization: … …'],
    ['bearer abcdef', 'bearer …'],
    ['{"api_key": "sk-123456"}', '{"api_key": …}'],
    ['https://cdn-lfs.hf.co/x?Expires=1&Signature=abc~&Key-Pair-Id=K2 end', 'https://cdn-lfs.hf.co/x?… end'],
  ])('replaces what is private in %j, and nothing else', (text, expected = text) => {
    expect(createRedact(hives, ['deskbox', 'localhost', 'GPU-box', 'a', 'rbee-hive'])(text)).toBe(expected);
  });

  it('replaces the same machine by the same name', () => {
    const redact = createRedact([]);
    expect(redact('http://10.0.0.5 10.0.0.6')).toBe('http://host-1 host-2');
    expect(redact('10.0.0.6 10.0.0.5')).toBe('host-2 host-1');
  });

  it.each(['attic', 'attic:7835', 'http://attic'])('recognises a host in the damaged address %j', (url) => {
    expect(createRedact([url])(`${url} attic`)).not.toContain('attic');
  });

  it('removes a hive’s host in any context', () => {
    const redact = createRedact(hives);
    const piece = fc.constantFrom(
      'http://',
      'user@',
      ':7835',
      '::',
      '/home/',
      'C:\\Users\\',
      'hf_',
      '.',
      '[',
      '\n',
      'é',
    );
    const around = fc.array(fc.oneof(piece, fc.string()), { maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        around,
        around,
        fc.constantFrom('gpu-box', '192.168.1.20', 'nas.example.org'),
        (before, after, host) =>
          // Inside a longer word it would be another host.
          !redact(`${before} ${host}/${after}`).toLowerCase().includes(host),
      ),
      { numRuns: 1_000 },
    );
  });

  // A text of a hive must not block the page. Quadratic time would exceed the timeout of a test.
  it.each(['a', 'a.', '::', '1.', '/home/', 'http://', '@', 'a-', '%2F', 'token', 'a:7835', '\\Users\\', '[1:'])(
    'of 200,000 repetitions of %j takes linear time',
    (piece) => {
      expect(createRedact(hives)(piece.repeat(200_000))).not.toBe('');
    },
  );
});
