import { describe, expect, it } from 'vitest';
import { parseNarration } from '../conformance/events.ts';
import type { StreamFault } from '../faults.ts';
import { aHive, install, list } from './given.ts';

const on = (stream: StreamFault, more = {}) => [{ on: 'stream' as const, stream, ...more }];

describe('a stream that goes wrong', () => {
  it.each([0, 1, 5, 7])('is cut after %i events', async (count) => {
    const { run } = await aHive({ faults: on({ cutAfterEvents: count }) });
    const { events, broken, marker } = await run(list);
    expect(events).toHaveLength(count);
    expect({ broken, marker }).toEqual({ broken: true, marker: '' });
  });

  it('is cut after its marker without harm to it', async () => {
    const { hive, run } = await aHive();
    const whole = await run(list);
    hive.setFaults(on({ cutAfterEvents: whole.events.length }));
    expect(await run(list)).toMatchObject({ broken: true, marker: '[DONE]' });
  });

  it.each([1, 100, 333])('is cut at byte %i', async (at) => {
    const { run } = await aHive({ faults: on({ cutAtByte: at }) });
    const { raw, broken } = await run(list);
    // A cut inside a letter leaves a replacement for it.
    expect(Buffer.byteLength(raw.replaceAll('\ufffd', ''))).toBeLessThanOrEqual(at);
    expect(Buffer.byteLength(raw)).toBeGreaterThanOrEqual(at);
    expect(broken).toBe(true);
  });

  it('ends properly in the middle', async () => {
    const { run } = await aHive({ faults: on({ cutAfterEvents: 3, cutCleanly: true }) });
    const { events, broken, marker } = await run(list);
    expect({ count: events.length, broken, marker }).toEqual({ count: 3, broken: false, marker: '' });
  });

  it('ends without its marker', async () => {
    const { run } = await aHive({ faults: on({ noMarker: true }) });
    const { narrations, broken, marker } = await run(list);
    expect({ last: narrations.at(-1)?.action, broken, marker }).toEqual({
      last: 'model_list_complete',
      broken: false,
      marker: '',
    });
  });

  it('is silent until it is released', async () => {
    const { hive, submit, follow } = await aHive({ faults: on({ silence: { afterEvents: 2 } }) });
    const stream = await follow(await submit(list));
    await stream.next();
    await stream.next();
    const third = stream.next();
    await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
    expect(await Promise.race([third, Promise.resolve('nothing yet')])).toBe('nothing yet');
    hive.release();
    expect(parseNarration((await third)?.data ?? '')?.action).toBe('model_list_start');
  });

  it('says something else in between, however long', async () => {
    const { run } = await aHive({
      faults: on({ inject: { afterEvents: 1, raw: `data: ${'x'.repeat(1_000_000)}`, repeat: 20 } }),
    });
    const { raw, marker } = await run(list);
    expect(raw.length).toBeGreaterThan(20_000_000);
    expect(marker).toBe('[DONE]');
  });

  it.each([
    ['in pieces of one byte', { pieceBytes: 1 }, '\n'],
    ['with the line ends of Windows', { lineEnd: '\r\n' as const }, '\r\n'],
    ['with the line ends of the old Mac', { lineEnd: '\r' as const }, '\r'],
  ])('says the same %s', async (_, fault, lineEnd) => {
    const { hive, run } = await aHive();
    const plain = (await run(list)).raw.replaceAll(/job-[\w-]+/g, 'job');
    hive.setFaults(on(fault));
    const { raw } = await run(list);
    expect(raw.replaceAll(lineEnd, '\n').replaceAll(/job-[\w-]+/g, 'job')).toBe(plain);
    expect(raw).toContain(lineEnd);
  });

  it('comes with another content type', async () => {
    const { run } = await aHive({ faults: on({ contentType: 'application/json' }) });
    expect((await run(list)).headers['content-type']).toBe('application/json');
  });

  it('goes wrong as often as asked, for the operation asked, after those let through', async () => {
    const { run } = await aHive({
      faults: on({ cutAfterEvents: 1 }, { operation: 'model_list', skip: 1, times: 2 }),
    });
    const ends = [];
    for (const payload of [list, list, install(), list, list]) ends.push((await run(payload)).broken);
    expect(ends).toEqual([false, true, false, true, false]);
  });
});

describe('a burst of lines', () => {
  it('of 10,000 reaches a reader whole and in order', async () => {
    const { run } = await aHive({
      faults: [{ after: 'model_list_start', burst: { count: 10_000, message: 'line {i}' } }],
    });
    const { narrations, marker } = await run(list);
    const lines = narrations.filter(({ action }) => action === 'build_output').map(({ message }) => message);
    expect(lines).toEqual(Array.from({ length: 10_000 }, (_, i) => `line ${i}`));
    expect(marker).toBe('[DONE]');
  });

  it('beyond what fits is lost where nobody reads, and the marker is not', async () => {
    const message = `${'x'.repeat(2_000)} {i}`;
    const { hive, submit, follow } = await aHive({
      faults: [{ after: 'model_list_start', burst: { count: 16_000, message } }],
    });
    const stream = await follow(await submit(list));
    await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
    expect(hive.jobs[0]?.dropped).toBeGreaterThan(1_000);
    expect((await stream.until(({ data }) => data === '[DONE]')).data).toBe('[DONE]');
  });

  it('is thrown away once the reader has gone, and the job goes on', async () => {
    const { hive, submit, follow } = await aHive({ faults: [{ after: 'model_list_start', pause: true }] });
    const stream = await follow(await submit(list));
    await stream.next();
    stream.close();
    await hive.until(({ requests }) => requests.at(-1)?.closed);
    hive.release();
    await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
  });
});
