import { parseRepo, parseWorkerId } from '../subject.ts';
import { decode } from './route.ts';

/** A link to rbee's desktop app. */
export const rbeeLink = 'a[href^="rbee:"]';

/**
 * What such a link is about: the forms the site ever had (`rbee://model/org/name`, `rbee://worker/{id}`,
 * `rbee://install-worker/{id}`, `rbee://download-model/{id}`) and those rbee itself reads (`rbee://model?id=`,
 * `rbee://install/model?id=`, `rbee://install/worker?id=`).
 */
export function subjectOfRbeeLink(href: string): string | undefined {
  const [, verb, rest] = /^rbee:\/\/(install\/(?:model|worker)|[a-z-]+)[/?]?(.*)$/.exec(href) ?? [];
  if (!verb) return undefined;
  const id = new URLSearchParams(rest).get('id') ?? decode(rest ?? '');
  const worker = /worker$/.test(verb);
  const name = worker ? parseWorkerId(id) : /model$/.test(verb) ? parseRepo(id) : undefined;
  return name && `${worker ? 'worker' : 'hf'}:${name}`;
}
