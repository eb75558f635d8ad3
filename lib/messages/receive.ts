import * as z from 'zod/mini';
import { RbeeError } from '../errors.ts';
import { backends } from '../hive/types.ts';
import { List, Text } from '../schemas.ts';
import { parseRepo } from '../subject.ts';
import type { Contract, MessageType, Reply, Request, Response } from './contract.ts';

/** Who sent a message: one of our own pages, our content script in the top frame of a page we serve, or somebody else. */
export type Caller = 'view' | 'page' | 'stranger';

export type Handlers = { [T in MessageType]: (request: Request<T>) => Promise<Response<T>> | Response<T> };

const Id = Text(64, 1);
const Subject = Text(520, 1);
const Address = Text(300, 1);
const Repo = z.string().check(z.refine((repo) => parseRepo(repo) === repo));
const byId = z.strictObject({ id: Id });

const schemas: { [T in MessageType]: z.ZodMiniType<Contract[T]['request']> } = {
  'run/start': z.strictObject({
    subject: Subject,
    hive: z.optional(Address),
    backend: z.optional(z.literal(backends)),
    bare: z.optional(z.boolean()),
    repo: z.optional(Repo),
  }),
  'run/retry': byId,
  'run/cancel': byId,
  'run/open': byId,
  'run/sync': z.strictObject({ subjects: z.optional(List(Subject, 1_000)) }),
  'run/check': byId,
  'run/again': byId,
  'run/agree': byId,
  'run/stop': byId,
  'run/dismiss': byId,
  'run/seen': z.strictObject({ ids: List(Id, 1_000) }),
  'hive/status': z.strictObject({}),
  'hive/prefer': z.strictObject({ url: z.optional(Address) }),
  'page/look': z.strictObject({}),
  'subject/offer': z.strictObject({ subject: Subject, hive: z.optional(Address) }),
  'hive/test': z.strictObject({ url: Address }),
  'model/delete': z.strictObject({ hive: Address, id: Subject }),
  'hive/models': z.strictObject({ hive: Address }),
};

/** What a page of the marketplace may send. Our own pages may send anything. */
const fromPages: ReadonlySet<string> = new Set<MessageType>([
  'run/start',
  'run/retry',
  'run/cancel',
  'run/open',
  'run/sync',
  'page/look',
  'subject/offer',
]);

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
  if (!Object.hasOwn(schemas, type)) return Promise.resolve(rejected(type.slice(0, 50)));
  return answer(handlers, type as MessageType, request, caller);
}

async function answer<T extends MessageType>(
  handlers: Handlers,
  type: T,
  request: unknown,
  caller: Caller,
): Promise<Reply<T>> {
  if (caller !== 'view' && !fromPages.has(type)) return rejected(`${type} of a ${caller}`);
  const parsed = z.safeParse(schemas[type], request);
  if (!parsed.success) {
    return rejected(`${type}: ${parsed.error.issues.map(({ path }) => path.join('.'))}`.slice(0, 500));
  }
  try {
    return { ok: true, value: await handlers[type](parsed.data) };
  } catch (error) {
    if (error instanceof RbeeError) return { ok: false, error: { code: error.code, message: error.message } };
    return rejected(String(error));
  }
}

const rejected = (message: string) => ({ ok: false, error: { code: 'message-rejected', message } }) as const;
