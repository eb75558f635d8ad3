import * as z from 'zod/mini';
import { defined } from '../defined.ts';
import { Amount, fieldsOf, List, Printable, Text, Whole } from '../schemas.ts';
import type { Device, HiveModel } from './types.ts';

const maxModels = 10_000;
const maxWorkers = 1_000;
const maxDevices = 64;

/** A worker binary that `worker_install` put in place. */
export type InstalledWorker = {
  /** `llm-worker-rbee-cpu-0.1.0-linux`: the catalog's id, version and platform. */
  id: string;
};

/** A worker process in the hive's telemetry, which is always empty off Linux and often on Linux too. */
export type TelemetryWorker = {
  pid: number;
  port?: number;
  /** The worker's `--model` argument. */
  model?: string;
  /** Memory in use, MiB. */
  rssMb?: number;
  vramMb?: number;
};

export type Telemetry = { id: string; version: string; workers: TelemetryWorker[] };

const CancelReply = z.object({ status: z.literal('cancelled') });

/** Whether the reply to `DELETE /v1/jobs/{id}` says that the job was cancelled. */
export function isCancelReply(body: unknown): boolean {
  return z.safeParse(CancelReply, body).success;
}

const Health = z.strictObject({ status: z.literal('healthy') });

/** Strict, because the hive does not check whether the port it announces is free: another program may answer there. */
export function isWorkerHealth(body: unknown): boolean {
  return z.safeParse(Health, body).success;
}

const Capabilities = z.object({ devices: List(z.unknown(), maxDevices) });
const WireDevice = z.object({
  id: Printable(100),
  name: Printable(300),
  device_type: z.literal(['gpu', 'cpu']),
  vram_gb: Amount(),
});

/** The devices of `GET /v1/capabilities`, without those of unknown kinds. Undefined for any other body. */
export function readDevices(body: unknown): Device[] | undefined {
  return each(z.safeParse(Capabilities, body).data?.devices, WireDevice, (wire) => ({
    id: wire.id,
    name: wire.name,
    kind: wire.device_type,
    memoryGb: wire.vram_gb,
  }));
}

const ModelList = z.object({ models: z.array(z.unknown()) });
const WireModel = z.object({ id: Printable(520), path: Printable(4_096), size: Amount() });

/** The models in the data event of `model_list`; undefined for any other payload. */
export function readModels(payload: unknown): HiveModel[] | undefined {
  const models = z.safeParse(ModelList, payload).data?.models.slice(0, maxModels);
  return each(models, WireModel, ({ id, path, size }) => ({ id, path, sizeBytes: size }));
}

const InstalledList = z.object({ workers: z.array(z.unknown()) });
const WireInstalled = z.object({ id: Printable(200) });

/** The workers in the JSON line of `worker_list_installed`; undefined for anything else. */
export function readInstalledWorkers(body: unknown): InstalledWorker[] | undefined {
  const workers = z.safeParse(InstalledList, body).data?.workers.slice(0, maxWorkers);
  return each(workers, WireInstalled, (worker) => worker);
}

const WireTelemetry = z.object({
  type: z.literal('telemetry'),
  hive_id: Printable(200),
  hive_info: z.object({ version: Printable(100) }),
  workers: z.array(z.unknown()),
});
// 100 TB: more than any machine has, and small enough to add up.
const Megabytes = Amount(1e8);
const wireWorker = {
  pid: Whole(1, 2 ** 31 - 1),
  instance: Text(200),
  model: Printable(520, 1),
  rss_mb: Megabytes,
  vram_mb: Megabytes,
};

/** One `heartbeat` event of `GET /v1/heartbeats/stream`; undefined for any other event. */
export function readTelemetry(body: unknown): Telemetry | undefined {
  const wire = z.safeParse(WireTelemetry, body).data;
  const workers = wire?.workers.slice(0, maxWorkers).flatMap(readTelemetryWorker);
  return wire && workers && { id: wire.hive_id, version: wire.hive_info.version, workers };
}

function readTelemetryWorker(wire: unknown): TelemetryWorker[] {
  const { pid, instance = '', model, rss_mb: rssMb, vram_mb: vramMb } = fieldsOf(wireWorker, wire);
  const port = /^\d{1,5}$/.test(instance) ? Number(instance) : 0;
  return pid ? [{ pid, ...(port > 0 && port < 65_536 && { port }), ...defined({ model, rssMb, vramMb }) }] : [];
}

/** Reads each entry on its own, so that one invalid entry does not invalidate the list. */
function each<S extends z.ZodMiniType, T>(
  list: unknown[] | undefined,
  schema: S,
  read: (wire: z.infer<S>) => T,
): T[] | undefined {
  return list?.flatMap((entry) => {
    const wire = z.safeParse(schema, entry);
    return wire.success ? [read(wire.data)] : [];
  });
}
