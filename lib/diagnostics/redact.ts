import { isLoopback } from '../hive/address.ts';
import { redactPaths } from './redact-paths.ts';
import { redactSecrets } from './redact-secrets.ts';

/** Removes what is private from a text. The same machine always gets the same name. */
export type Redact = (text: string) => string;

/** Hosts that every run or build contacts. */
const publicHosts =
  /(?:^|\.)(?:huggingface\.co|hf\.co|github\.com|githubusercontent\.com|crates\.io|rust-lang\.org|civitai\.com|rbee\.dev|rbee-marketplace\.pages\.dev)$/;

/** Names that say nothing about a machine and occur everywhere. */
const commonNames =
  /^(?:localhost|rbee|hive|rbee-hive|queen|worker|default|port|host|instance|pid|line|timeout|llm|civitai)$/i;

const ipv4 = String.raw`(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)`;
const hostPatterns = [
  String.raw`(?<scheme>\b[a-z][a-z\d+.-]{1,20}:\/\/)(?<authority>[^\s/?#"'\`<>\\|{}]+)`,
  // `anna@example.org`, and `anna@gpu-box` as ssh has it; not a package's version.
  String.raw`(?<mail>[\w.+-]{1,64}@[a-z][\w-]*(?:\.[\w-]+)*)`,
  String.raw`(?<ipv6>(?<![\w:.])\[?(?:[\da-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[\da-f]{0,4})(?:%[\w.-]+)?\]?)`,
  `(?<ipv4>${ipv4})`,
  String.raw`(?<local>(?<![\w.-])[a-z\d][\w-]*(?:\.[\w-]+)*\.(?:local|lan|home|internal|intranet|localdomain|corp|fritz\.box|home\.arpa|ts\.net)(?![\w-]|\.\w))`,
  String.raw`(?<ported>(?<![\w.\/-])[a-z\d][\w.-]*(?=:\d{4,5}(?![\d:])))`,
  String.raw`(?<server>(?<=(?<![\\\w:])\\{2,4})[a-z\d][\w.-]*(?=\\))`,
  // What resolvers, ssh and TLS say before a name.
  String.raw`(?<told>(?<=\b(?:host(?:name)?|server(?: name)?|machine|could not resolve|lookup|resolving|known)(?: for| of)?["']?\s?[:=]?\s?["'\`])[a-z\d][\w.-]*)`,
  String.raw`(?<given>(?<=\b(?:hostname|could not resolve host|resolve hostname|lookup)\s?[:=]?\s)[a-z\d][\w.-]*)`,
];

/**
 * A redaction for one report. Hosts of `hives` (base URLs) become `hive-1`, `hive-2`…, others `host-1`…; this machine and the
 * public hosts of the model hub and of builds stay. `ids` are names that hives give themselves, mostly their machine's.
 */
export function createRedact(hives: readonly string[], ids: readonly string[] = []): Redact {
  const aliases = new Map<string, string>();
  let hiveCount = 0;
  for (const url of hives) {
    // A stored address may be damaged; it contains a machine's name nevertheless.
    const host = URL.parse(url)?.hostname || URL.parse(`http://${url}`)?.hostname;
    if (!host || namesNoOtherMachine(host) || aliases.has(host)) continue;
    hiveCount += 1;
    aliases.set(host, `hive-${hiveCount}`);
    // Programs on the machine itself know it without its domain.
    const label = /^([a-z][\w-]{2,})\./i.exec(host)?.[1];
    if (label && !commonNames.test(label) && !aliases.has(label)) aliases.set(label, `hive-${hiveCount}`);
  }
  let machines = 0;
  for (const id of ids) {
    const name = id.trim().toLowerCase();
    // A name of one or two letters occurs in every other sentence.
    if (name.length < 3 || commonNames.test(name) || aliases.has(name)) continue;
    machines += 1;
    aliases.set(name, `id-${machines}`);
  }
  let others = 0;

  const names = [...aliases.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[^a-z\d]/g, '\\$&'));
  const named = names.length > 0 ? [String.raw`(?<named>(?<![a-z\d])(?:${names.join('|')})(?![a-z\d]))`] : [];
  // One pass, so that an alias is not taken for a name.
  const hosts = new RegExp([...hostPatterns.slice(0, 1), ...named, ...hostPatterns.slice(1)].join('|'), 'gi');

  function hide(written: string): string {
    const host = URL.parse(`http://${written}`)?.hostname ?? written.toLowerCase();
    const known = aliases.get(host) ?? aliases.get(written.toLowerCase());
    if (known) return known;
    if (namesNoOtherMachine(host) || publicHosts.test(host) || commonNames.test(host)) return written;
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
    return redactPaths(redactSecrets(text)).replace(hosts, (match, ...rest) => {
      const { scheme, authority, mail, ipv6 } = rest.at(-1) as Record<string, string | undefined>;
      if (scheme && authority) return scheme + hideAuthority(authority);
      if (mail) return '…@…';
      return ipv6 ? hideIpv6(match) : hide(match);
    });
  };
}

/** This machine, any address, or no host at all (`~` stands for a home folder). */
function namesNoOtherMachine(host: string): boolean {
  if (/^(?:0\.0\.0\.0|\[::\]|[*~]|)$/.test(host)) return true;
  return URL.canParse(`http://${host}`) && isLoopback(`http://${host}`);
}
