import { describe, expect, it } from 'vitest';
import { discover, localHives } from '../../../lib/hive/discovery.ts';
import { findUnusedUrl, html, json, never, reply, startServer } from './server.ts';

const startHive = (path = '/v1/capabilities') =>
  startServer((line, response) => {
    if (line === 'GET /health') reply(response, 200, 'text/plain; charset=utf-8', 'ok');
    else if (line === `GET ${path}`) json(response, { devices: [] });
    else reply(response, 200, 'text/html', html);
  });
const startOther = () => startServer((_, response) => reply(response, 200, 'text/html', html));

describe('discovering a hive', () => {
  it('tries the binary’s default port, then the documented one', () => {
    expect(localHives).toEqual(['http://localhost:7835', 'http://localhost:7834']);
  });

  it('stops at the first hive', async () => {
    const [hive, second] = [await startHive(), await startHive()];
    const found = await discover([await findUnusedUrl(), (await startOther()).url, hive.url, second.url], never);
    expect(found).toEqual({ url: hive.url, state: 'connected', devices: [] });
    expect(second.requests).toEqual([]);
  });

  it('returns the most informative result if there is no hive', async () => {
    const [unused, other, old] = [await findUnusedUrl(), await startOther(), await startHive('/capabilities')];
    expect(await discover([unused], never)).toEqual({ url: unused, state: 'offline', why: 'refused' });
    expect(await discover([other.url, unused], never)).toEqual({ url: other.url, state: 'not-a-hive' });
    expect(await discover([other.url, old.url, unused], never)).toEqual({ url: old.url, state: 'old-hive' });
    expect(await discover([unused, old.url, other.url], never)).toEqual({ url: old.url, state: 'old-hive' });
    expect(await discover([], never)).toBeUndefined();
  });

  it('does not mistake a web server for a hive', async () => {
    const other = await startOther();
    expect(await discover([other.url], never)).toMatchObject({ state: 'not-a-hive' });
    expect(other.lines()).toEqual(['GET /health']);
  });

  it('ignores another program at a later address', async () => {
    const [unused, other] = [await findUnusedUrl(), await startOther()];
    expect(await discover([unused, other.url], never)).toEqual({ url: unused, state: 'offline', why: 'refused' });
    expect(other.lines()).toEqual(['GET /health']);
  });

  it('throws the abort reason', async () => {
    const reason = new Error('aborted');
    const controller = new AbortController();
    const silent = await startServer(() => controller.abort(reason));
    await expect(discover([silent.url, silent.url], controller.signal)).rejects.toBe(reason);
    expect(silent.requests).toHaveLength(1);
  });
});
