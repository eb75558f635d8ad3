import { type Hive, hiveIdOf } from './hive.ts';

export const hiveVersion = '0.1.0';

const floats = /"(cpu_pct|io_r_mb_s|io_w_mb_s|gpu_util_pct)":0/g;

/** One heartbeat as JSON, with the constants of the hive (rbee-keeper/rbee 0509312f, hive monitor). */
export function telemetryOf(hive: Hive): string {
  const id = hiveIdOf(hive);
  const { kind, telemetry: lists = kind === 'better' } = hive.options;
  const alive = lists ? hive.processes.all.filter((entry) => entry.alive) : [];
  const telemetry = {
    type: 'telemetry',
    hive_id: id,
    hive_info: {
      id,
      hostname: '127.0.0.1',
      port: hive.port,
      operational_status: 'ready',
      health_status: { status: 'healthy' },
      version: hiveVersion,
    },
    timestamp: new Date().toISOString().replace('Z', '000000+00:00'),
    workers: alive.map((entry) => ({
      pid: entry.pid,
      group: 'llm',
      instance: String(entry.port),
      cpu_pct: 0,
      rss_mb: 512,
      io_r_mb_s: 0,
      io_w_mb_s: 0,
      uptime_s: Math.floor((Date.now() - entry.startedAt) / 1_000),
      gpu_util_pct: 0,
      vram_mb: 0,
      total_vram_mb: 24_576,
      model: entry.model || null,
    })),
  };
  return JSON.stringify(telemetry).replace(floats, '"$1":0.0');
}
