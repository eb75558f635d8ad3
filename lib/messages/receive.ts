import * as z from 'zod/mini';
import { RbeeError } from '../errors.ts';
import { List, Text } from '../shapes.ts';
import type { Contract, MessageType, Reply, Request, Response } from './contract.ts';

/** Who sent a message: one of our own pages, our content script in the top frame of a page we serve, or somebody else. */
export type Caller = 'view' | 'page' | 'stranger';

export type Handlers = { [T in MessageType]: (request: Request<T>) => Promise<Response<T>> | Response<T> };

const Id = Text(64, 1);
const Subject = Text(520, 1);
const Address = Text(300, 1);
const Repo = Text(200, 3);
const Path = Text(300, 1);
const byId = z.strictObject({ id: Id });

const contract: { [T in MessageType]: { schema: z.ZodMiniType<Contract[T]['request']>; from: readonly Caller[] } } = {
  'run/start': {
    schema: z.strictObject({
      subject: Subject,
      hive: z.optional(Address),
      worker: z.optional(z.literal(['cpu', 'cuda', 'metal'])),
      bare: z.optional(z.boolean()),
    }),
    from: ['view', 'page'],
  },
  'run/retry': { schema: byId, from: ['view', 'page'] },
  'run/cancel': { schema: byId, from: ['view', 'page'] },
  'run/open': { schema: byId, from: ['view', 'page'] },
  'run/sync': {
    schema: z.strictObject({ subjects: z.optional(List(Subject, 1_000)) }),
    from: ['view', 'page'],
  },
  'run/check': { schema: byId, from: ['view'] },
  'run/again': { schema: byId, from: ['view'] },
  'run/pick': { schema: z.strictObject({ id: Id, repo: Repo, path: z.optional(Path) }), from: ['view', 'page'] },
  'run/agree': { schema: byId, from: ['view'] },
  'run/stop': { schema: byId, from: ['view'] },
  'run/dismiss': { schema: byId, from: ['view'] },
  'run/seen': { schema: z.strictObject({ ids: List(Id, 1_000) }), from: ['view'] },
  'hive/status': { schema: z.strictObject({}), from: ['view'] },
  'hive/prefer': { schema: z.strictObject({ url: z.optional(Address) }), from: ['view'] },
  'page/offer': { schema: z.strictObject({ subject: Subject, hive: z.optional(Address) }), from: ['view', 'page'] },
  'subject/offer': { schema: z.strictObject({ subject: Subject, hive: z.optional(Address) }), from: ['view', 'page'] },
  'hive/test': { schema: z.strictObject({ url: Address }), from: ['view'] },
  'model/delete': { schema: z.strictObject({ hive: Address, id: Subject }), from: ['view'] },
  'hive/models': { schema: z.strictObject({ hive: Address }), from: ['view'] },
};

const Envelope = z.strictObject({ type: z.string(), request: z.unknown() });

/** Where a message came from, told by the browser and not by the message. */
export function readCaller(
  sender: {
    id?: string | undefined;
    url?: string | undefined;
    origin?: string | undefined;
    frameId?: number | undefined;
    tab?: unknown;
  },
  ours: { id: string; origin: string; pages: readonly string[] },
): Caller {
  if (sender.id !== ours.id || !sender.url) return 'stranger';
  const origin = URL.parse(sender.url)?.origin;
  if (sender.url.startsWith(`${ours.origin}/`)) return 'view';
  return sender.tab && sender.frameId === 0 && origin && ours.pages.includes(origin) ? 'page' : 'stranger';
}

/**
 * Checks sender and schema before anything looks at a message, and answers with data, never with a throw. Undefined where the
 * message is not one of ours, so that the channel is left alone.
 */
export function receive(handlers: Handlers, raw: unknown, caller: Caller): Promise<Reply<MessageType>> | undefined {
  if (caller === 'stranger') return undefined;
  const envelope = z.safeParse(Envelope, raw);
  if (!envelope.success) return undefined;
  const { type, request } = envelope.data;
  if (!Object.hasOwn(contract, type)) return Promise.resolve(rejected(`Unknown message "${type.slice(0, 50)}".`));
  return answer(handlers, type as MessageType, request, caller);
}

async function answer<T extends MessageType>(
  handlers: Handlers,
  type: T,
  request: unknown,
  caller: Caller,
): Promise<Reply<T>> {
  const { schema, from } = contract[type];
  if (!from.includes(caller)) return rejected(`A ${caller} may not send "${type}".`);
  const parsed = z.safeParse(schema, request);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path }) => path.join('.') || 'request');
    return rejected(`"${type}" with a wrong ${wrong.join(', ').slice(0, 500)}.`);
  }
  try {
    return { ok: true, value: await handlers[type](parsed.data) };
  } catch (error) {
    if (error instanceof RbeeError) return { ok: false, error: { code: error.code, message: error.message } };
    return rejected(error instanceof Error ? error.message : String(error));
  }
}

const rejected = (message: string) => ({ ok: false, error: { code: 'message-rejected', message } }) as const;
