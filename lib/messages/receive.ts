import * as z from 'zod/mini';
import { RbeeError } from '../errors.ts';
import { backends } from '../hive/types.ts';
import { List, Text } from '../schemas.ts';
import { parseRepo } from '../subject.ts';
import type { Contract, MessageType, Reply, Request, Response } from './contract.ts';

/** Who sent a message: one of our own pages, or our content script in the top frame of a marketplace page. */
export type Caller = { kind: 'view' } | { kind: 'page'; tabId: number };

/** `tabId`: the tab of the marketplace page that sent the request; absent if one of our own pages did. */
export type Handlers = {
  [T in MessageType]: (request: Request<T>, tabId?: number) => Promise<Response<T>> | Response<T>;
};

const Id = Text(64, 1);
const Subject = Text(520, 1);
const Address = Text(300, 1);
const Repo = z.string().check(z.refine((repo) => parseRepo(repo) === repo));
const byId = z.strictObject({ id: Id });
export const StartRequest = z.strictObject({
  subject: Subject,
  hive: z.optional(Address),
  backend: z.optional(z.literal(backends)),
  withoutModel: z.optional(z.boolean()),
  fromCard: z.optional(z.boolean()),
  repo: z.optional(Repo),
});

const schemas: { [T in MessageType]: z.ZodMiniType<Contract[T]['request']> } = {
  'run/start': StartRequest,
  'run/confirm': StartRequest,
  'run/retry': byId,
  'run/cancel': byId,
  'run/open': byId,
  'run/sync': z.strictObject({}),
  'run/check': byId,
  'run/resubmit': byId,
  'run/try-hive': byId,
  'run/agree': byId,
  'run/stop': byId,
  'run/dismiss': byId,
  'run/seen': z.strictObject({ ids: List(Id, 1_000) }),
  'hive/status': z.strictObject({}),
  'hive/set-default': z.strictObject({ url: z.optional(Address) }),
  'page/show': z.strictObject({ subjects: List(Subject, 2_000) }),
  'subject/summary': z.strictObject({ subject: Subject }),
  'subject/choices': z.strictObject({ subject: Subject, hive: z.optional(Address) }),
  'hive/test': z.strictObject({ url: Address }),
  'model/delete': z.strictObject({ hive: Address, id: Subject }),
  'hive/models': z.strictObject({ hive: Address }),
};

/** What a marketplace page may send. Our own pages may send anything. */
const fromPages: ReadonlySet<string> = new Set<MessageType>([
  'page/show',
  'subject/summary',
  'subject/choices',
  'run/start',
  'run/confirm',
  'run/retry',
  'run/cancel',
  'run/open',
]);

const Envelope = z.strictObject({ type: z.string(), request: z.unknown() });

/** Who sent a message, according to the browser rather than the message. Undefined for everybody we do not serve. */
export function readCaller(
  sender: {
    id?: string | undefined;
    url?: string | undefined;
    frameId?: number | undefined;
    tab?: { id?: number | undefined } | undefined;
  },
  ours: { id: string; origin: string; pages: readonly string[] },
): Caller | undefined {
  if (sender.id !== ours.id || !sender.url) return undefined;
  if (sender.url.startsWith(`${ours.origin}/`)) return { kind: 'view' };
  const origin = URL.parse(sender.url)?.origin;
  const tabId = sender.tab?.id;
  const isOurs = sender.frameId === 0 && origin !== undefined && ours.pages.includes(origin);
  return isOurs && tabId !== undefined ? { kind: 'page', tabId } : undefined;
}

/**
 * Checks schema and caller before a handler sees the request. Never throws: errors are part of the reply. Undefined if this is not one
 * of our messages, so that other listeners may answer.
 */
export function receive(
  handlers: Handlers,
  raw: unknown,
  caller: Caller | undefined,
): Promise<Reply<MessageType>> | undefined {
  if (!caller) return undefined;
  const envelope = z.safeParse(Envelope, raw);
  if (!envelope.success) return undefined;
  const { type, request } = envelope.data;
  if (!Object.hasOwn(schemas, type)) return Promise.resolve(rejected('unknown'));
  return answer(handlers, type as MessageType, request, caller);
}

async function answer<T extends MessageType>(
  handlers: Handlers,
  type: T,
  request: unknown,
  caller: Caller,
): Promise<Reply<T>> {
  if (caller.kind === 'page' && !fromPages.has(type)) return rejected(type);
  const parsed = z.safeParse(schemas[type], request);
  if (!parsed.success) return rejected(type);
  try {
    return { ok: true, value: await handlers[type](parsed.data, caller.kind === 'page' ? caller.tabId : undefined) };
  } catch (error) {
    if (error instanceof RbeeError) return { ok: false, error: { code: error.code, message: error.message } };
    return { ok: false, error: { code: 'internal', message: String(error) } };
  }
}

const rejected = (message: string) => ({ ok: false, error: { code: 'message-rejected', message } }) as const;
