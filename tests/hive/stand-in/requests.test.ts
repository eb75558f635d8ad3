import { describe, expect, it } from 'vitest';
import { parseNarration } from '../conformance/events.ts';
import { hiveFaults } from '../faults.ts';
import { aHive, list } from './given.ts';

describe('a request that goes wrong', () => {
  it('is dropped before the hive has noticed, or after', async () => {
    const { hive, submit } = await aHive({ faults: hiveFaults.submitRefused });
    await expect(submit(list)).rejects.toThrow();
    expect(hive.jobs).toHaveLength(0);
    hive.setFaults(hiveFaults.submitLost);
    await expect(submit(list)).rejects.toThrow();
    expect(hive.jobs).toHaveLength(1);
    await submit(list);
    expect(hive.jobs).toHaveLength(2);
    expect(hive.calls()).toEqual(['POST model_list', 'POST model_list', 'POST model_list']);
  });

  it('is answered with something else', async () => {
    const { hive, ask } = await aHive({ faults: hiveFaults.submitGarbage });
    const post = () => ask('POST', '/v1/jobs', { headers: { 'content-type': 'application/json' }, body: '{}' });
    expect((await post()).body).toBe('{"job":1}');
    hive.setFaults([{ on: 'submit', reply: { status: 503, body: 'busy ', repeat: 3 } }]);
    expect(await post()).toMatchObject({ status: 503, body: 'busy busy busy ' });
  });

  it('is never answered', async () => {
    const { hive, submit } = await aHive({ faults: [{ on: 'submit', hang: true, times: 1 }] });
    const refused = expect(submit(list)).rejects.toThrow();
    await hive.until(({ requests }) => requests.length === 1);
    await submit(list);
    expect(hive.requests.map(({ status }) => status)).toEqual([undefined, 200]);
    expect(hive.jobs).toHaveLength(1);
    await hive.kill();
    await refused;
  });

  it('starts the job though the headers of its stream wait', async () => {
    const { hive, submit, finish } = await aHive({ faults: [{ on: 'stream', late: true, delayMs: 300 }] });
    const outcome = finish(await submit(list));
    await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
    expect(hive.requests.at(-1)?.status).toBeUndefined();
    expect((await outcome).marker).toBe('[DONE]');
  });

  it('loses the stream though the job runs', async () => {
    const { hive, submit, finish } = await aHive({ faults: [{ on: 'stream', late: true, drop: true }] });
    await expect(finish(await submit(list))).rejects.toThrow();
    await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
  });

  it('cancels too late', async () => {
    const { hive, submit, follow, cancel } = await aHive({
      faults: [{ after: 'model_list_start', pause: true }, ...hiveFaults.cancelTooLate],
    });
    const id = await submit(list);
    const stream = await follow(id);
    await stream.until(({ data }) => parseNarration(data)?.action === 'model_list_start');
    expect((await cancel(id)).status).toBe(200);
    hive.release();
    expect((await stream.until(({ data }) => data.startsWith('['))).data).toBe('[DONE]');
  });
});

describe('a port that belongs to someone else', () => {
  it.each([
    ['a web server', hiveFaults.somebodysWebServer, /^<!doctype html>/],
    ['another interface', hiveFaults.somebodysApi, /^\{"status":"ok"\}$/],
    ['rbee’s queen', hiveFaults.queen, /^$/],
  ])('%s has a health page of its own', async (_, faults, body) => {
    const { ask } = await aHive({ faults });
    const health = await ask('GET', '/health');
    expect(health.status).toBe(200);
    expect(health.body).toMatch(body);
    expect((await ask('GET', '/v1/capabilities')).body).not.toContain('devices');
  });
});

describe('the log of requests', () => {
  it('tells method, path, body, job and status in order', async () => {
    const { hive, submit, finish, cancel } = await aHive();
    const id = await submit(list);
    await finish(id);
    await cancel(id);
    expect(
      hive.requests.map(({ method, path, json, jobId, operation, status }) => ({
        method,
        path,
        json,
        jobId,
        operation,
        status,
      })),
    ).toEqual([
      { method: 'POST', path: '/v1/jobs', json: list, jobId: id, operation: 'model_list', status: 200 },
      {
        method: 'GET',
        path: `/v1/jobs/${id}/stream`,
        json: undefined,
        jobId: id,
        operation: 'model_list',
        status: 200,
      },
      { method: 'DELETE', path: `/v1/jobs/${id}`, json: undefined, jobId: id, operation: 'model_list', status: 404 },
    ]);
  });

  it('notes a shutdown, which ends the hive', async () => {
    const { hive, ask } = await aHive();
    expect((await ask('POST', '/v1/shutdown')).status).toBe(200);
    await expect.poll(() => ask('GET', '/health').catch(() => 'refused'), { timeout: 5_000 }).toBe('refused');
    expect(hive.requests[0]).toMatchObject({ method: 'POST', path: '/v1/shutdown' });
  });
});
