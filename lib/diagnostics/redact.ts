import { isLoopback } from '../hive/address.ts';

/** Takes out of a text what is private. Of the same machine it always makes the same word. */
export type Redact = (text: string) => string;

/** What everybody may know: hosts that runs and builds talk to by themselves. */
const publicHosts =
  /(?:^|\.)(?:huggingface\.co|hf\.co|github\.com|githubusercontent\.com|crates\.io|rust-lang\.org|civitai\.com|rbee\.dev|rbee-marketplace\.pages\.dev)$/;

/** Names that say nothing of a machine, and would be missed everywhere. */
const commonIds = /^(?:localhost|rbee|hive|rbee-hive|queen|worker|default)$/i;

const secrets: readonly [RegExp, string][] = [
  [/hf_(?:oauth_|jwt_)[\w.-]+|(?:hf_|api_org_)[a-z\d]{16,}/gi, 'hf_…'],
  [/\b(bearer[\s:=]+)[^\s"',;]+/gi, '$1…'],
  [/\b(authorization["']?\s*[:=]\s*["']?(?:basic\s+)?)[^\s"',;]+/gi, '$1…'],
  [/(token|secret|password|passwd|api[_-]?key)(["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, '$1$2…'],
  // Signed addresses of downloads carry their permission in the query.
  [/\b([a-z][a-z\d+.-]{1,20}:\/\/[^\s"'<>?#]{0,2000})[?#][^\s"'<>]*/gi, '$1?…'],
];

const slash = String.raw`(?:\\?\/|%2F)`;
const homes = [
  // A Windows user's name may hold blanks; where it ends is certain only when a folder follows.
  /(?:\b[a-z]:|\/(?:mnt\/)?[a-z](?=[\\/]{1,4}users\b))[\\/]{1,4}users[\\/]{1,4}(?:[^\\/:*?"<>|\r\n]{1,64}(?=[\\/])|[^\s\\/:*?"<>|]+)/gi,
  new RegExp(String.raw`(?:${slash}var)?${slash}(?:home|users)${slash}+(?:(?!%2F)[^\s\\/"'\`<>:;,()[\]{}|])+`, 'gi'),
];

const ipv4 = String.raw`(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)`;
const hostPatterns = [
  String.raw`(?<scheme>\b[a-z][a-z\d+.-]{1,20}:\/\/)(?<authority>[^\s/?#"'\`<>\\|{}]+)`,
  String.raw`(?<mail>[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})`,
  String.raw`(?<ipv6>(?<![\w:.])\[?(?:[\da-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[\da-f]{0,4})(?:%[\w.-]+)?\]?)`,
  `(?<ipv4>${ipv4})`,
  String.raw`(?<local>(?<![\w.-])[a-z\d][\w-]*(?:\.[\w-]+)*\.(?:local|lan|home|internal|intranet|localdomain|corp|fritz\.box|home\.arpa|ts\.net)(?![\w-]|\.\w))`,
  String.raw`(?<ported>(?<![\w.-])[a-z\d][\w.-]*(?=:783[45](?!\d)))`,
];

/**
 * A redaction for one report. Hosts of `hives` (base URLs) become `hive-1`, `hive-2`…, others `host-1`…; this machine and the
 * public hosts of the model hub and of builds stay. `ids` are names that hives give themselves, mostly their machine's.
 */
export function createRedact(hives: readonly string[], ids: readonly string[] = []): Redact {
  const aliases = new Map<string, string>();
  for (const url of hives) {
    // A stored address may be damaged; the name in it is a machine's all the same.
    const host = URL.parse(url)?.hostname || URL.parse(`http://${url}`)?.hostname;
    if (host && !isOpen(host) && !aliases.has(host)) aliases.set(host, `hive-${aliases.size + 1}`);
  }
  let machines = 0;
  for (const id of ids) {
    const name = id.trim().toLowerCase();
    // Of one or two letters a name would be found in every other sentence.
    if (name.length < 3 || commonIds.test(name) || aliases.has(name)) continue;
    machines += 1;
    aliases.set(name, `id-${machines}`);
  }
  let others = 0;

  const names = [...aliases.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[^a-z\d]/g, '\\$&'));
  const named = names.length > 0 ? [String.raw`(?<named>(?<![a-z\d])(?:${names.join('|')})(?![a-z\d]))`] : [];
  // One pass, so that a name put in is not taken for one to take out.
  const hosts = new RegExp([...hostPatterns.slice(0, 1), ...named, ...hostPatterns.slice(1)].join('|'), 'gi');

  function hide(written: string): string {
    const host = URL.parse(`http://${written}`)?.hostname ?? written.toLowerCase();
    const known = aliases.get(host) ?? aliases.get(written.toLowerCase());
    if (known) return known;
    if (isOpen(host) || publicHosts.test(host)) return written;
    others += 1;
    aliases.set(host, `host-${others}`);
    return `host-${others}`;
  }

  function hideAuthority(authority: string): string {
    const [, user = '', host = '', rest = ''] = /^(?:([^@]*)@)?(\[[^\]]*\]|[^:,;()[\]]*)(.*)$/s.exec(authority) ?? [];
    return `${user && '…@'}${host && hide(host)}${rest}`;
  }

  function hideIpv6(text: string): string {
    const bare = text.replace(/^\[|\]$|%.*$/g, '');
    if (URL.canParse(`http://[${bare}]`)) return hide(`[${bare}]`);
    return text.replace(new RegExp(ipv4, 'g'), hide);
  }

  return (text) => {
    let left = text;
    for (const [pattern, instead] of secrets) left = left.replace(pattern, instead);
    for (const pattern of homes) left = left.replace(pattern, '~');
    return left.replace(hosts, (match, ...rest) => {
      const { scheme, authority, mail, ipv6 } = rest.at(-1) as Record<string, string | undefined>;
      if (scheme && authority) return scheme + hideAuthority(authority);
      if (mail) return '…@…';
      return ipv6 ? hideIpv6(match) : hide(match);
    });
  };
}

/** This machine, any address, or no host at all (`~`: what is left of a home folder). */
function isOpen(host: string): boolean {
  if (/^(?:0\.0\.0\.0|\[::\]|[*~]|)$/.test(host)) return true;
  return URL.canParse(`http://${host}`) && isLoopback(`http://${host}`);
}
