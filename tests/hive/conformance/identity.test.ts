import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { suite, target } from './target.ts';

const { send } = createClient(target.url);

type Device = { id: string; name: string; device_type: string; vram_gb: number; compute_capability: string | null };

const paths = ['/health', '/v1/capabilities', '/v1/jobs/none/stream', '/no-such-page'];

suite('identifying a hive', () => {
  test('GET /health replies exactly "ok" as plain text', async () => {
    const { status, headers, body } = await send('GET', '/health');
    expect({ status, type: headers['content-type'], body }).toEqual({
      status: 200,
      type: 'text/plain; charset=utf-8',
      body: 'ok',
    });
  });

  test('GET /v1/capabilities lists devices, the CPU last', async () => {
    const { status, headers, body } = await send('GET', '/v1/capabilities');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    const { devices } = JSON.parse(body) as { devices: Device[] };
    expect(devices.at(-1)).toMatchObject({ id: 'CPU-0', device_type: 'cpu', compute_capability: null });
    for (const [i, device] of devices.slice(0, -1).entries()) {
      expect(device).toMatchObject({ id: `GPU-${i}`, device_type: 'gpu', compute_capability: expect.any(String) });
    }
    for (const device of devices) {
      expect(device.name).toEqual(expect.any(String));
      expect(Number.isInteger(device.vram_gb)).toBe(true);
    }
  });

  test.each(['/no-such-page', '/api/tags', '/capabilities', '/v1/models'])(
    'an unknown path (%s) replies with the web page and status 200',
    async (path) => {
      const { status, headers } = await send('GET', path);
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^text\/html/);
    },
  );

  test.each([
    ['POST', '/health'],
    ['GET', '/v1/jobs'],
    ['PUT', '/v1/jobs'],
    ['POST', '/v1/heartbeats/stream'],
  ])('%s %s is refused with 405', async (method, path) => {
    expect((await send(method, path)).status).toBe(405);
  });
});

suite('CORS', () => {
  test.each(paths)('%s allows any origin', async (path) => {
    const { headers } = await send('GET', path, { headers: { origin: 'https://marketplace.rbee.dev' } });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers.vary).toBe('origin, access-control-request-method, access-control-request-headers');
  });

  test.each(paths)('a preflight for %s allows any method and header, but no private network', async (path) => {
    const { status, headers, body } = await send('OPTIONS', path, {
      headers: {
        origin: 'https://marketplace.rbee.dev',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
        'access-control-request-private-network': 'true',
      },
    });
    expect({ status, body }).toEqual({ status: 200, body: '' });
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': '*',
      'access-control-allow-headers': '*',
    });
    for (const name of ['private-network', 'credentials'])
      expect(headers).not.toHaveProperty(`access-control-allow-${name}`);
    expect(headers).not.toHaveProperty('access-control-max-age');
    expect(headers).not.toHaveProperty('access-control-expose-headers');
  });

  test('an error reply allows any origin as well', async () => {
    const { status, headers } = await send('DELETE', '/v1/jobs/none');
    expect(status).toBe(404);
    expect(headers['access-control-allow-origin']).toBe('*');
  });
});
