import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { suite, target } from './target.ts';

const { openStream } = createClient(target.url);

suite('the heartbeat stream', () => {
  test('contains the hive, its version and its workers', async () => {
    const stream = await openStream('/v1/heartbeats/stream');
    const { data } = await stream.until(({ event }) => event === 'heartbeat');
    stream.close();
    const heartbeat = JSON.parse(data) as { hive_id: string; timestamp: string; workers: object[] };
    expect(heartbeat).toMatchObject({
      type: 'telemetry',
      hive_info: {
        id: heartbeat.hive_id,
        hostname: expect.any(String),
        port: expect.any(Number),
        operational_status: 'ready',
        health_status: { status: 'healthy' },
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      },
    });
    expect(Date.parse(heartbeat.timestamp)).not.toBeNaN();
    for (const worker of heartbeat.workers) {
      expect(worker).toMatchObject({ pid: expect.any(Number), group: 'llm', instance: expect.stringMatching(/^\d+$/) });
    }
  });
});
