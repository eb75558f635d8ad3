import type { Backend } from '../hive/types.ts';
import { parseRepo, parseWorkerId } from '../subject.ts';
import { decode } from './route.ts';

/** A link to rbee's desktop app. */
export const rbeeLink = 'a[href^="rbee:"]';

/**
 * What an `rbee:` link requests. The site has used `rbee://model/org/name`, `rbee://worker/{id}`, `rbee://install-worker/{id}` and
 * `rbee://download-model/{id}`. rbee's desktop app reads `rbee://install/model?id=&worker=` (run the model with that worker),
 * `rbee://install/worker?id=`, and two that open a page of the marketplace (`path`): `rbee://model?id=` and `rbee://marketplace`.
 */
export function readRbeeLink(href: string): {
  subject?: string | undefined;
  backend?: Backend | undefined;
  path?: string | undefined;
} {
  const [, verb = '', mark, rest] = /^rbee:\/\/(install\/(?:model|worker)|[a-z-]+)([/?]*)(.*)$/.exec(href) ?? [];
  if (verb === 'marketplace') return { path: '/' };
  const query = new URLSearchParams(rest);
  const id = query.get('id') ?? decode(rest ?? '');
  if (/worker$/.test(verb)) {
    const worker = parseWorkerId(id);
    return worker ? { subject: `worker:${worker}` } : {};
  }
  const repo = /model$/.test(verb) && parseRepo(id);
  if (!repo) return {};
  if (verb === 'model' && mark?.endsWith('?')) return { path: `/models/huggingface/${encodeURIComponent(repo)}` };
  const backend = /cpu|cuda|metal/.exec(query.get('worker') ?? '')?.[0] as 'cpu' | undefined;
  return { subject: `hf:${repo}`, backend };
}
