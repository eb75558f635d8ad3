import { anyAddress, isPort } from './address.ts';

/** Why a text is not the address of a hive. `blocked-port`: browsers refuse to connect to this port. */
export type AddressProblem = 'empty' | 'scheme' | 'credentials' | 'path' | 'host' | 'port' | 'blocked-port';

export type HiveAddress = { url: string } | { problem: AddressProblem };

/** The hive's own default. Its port document says 7834 since 2025-11-12; the binary listens on 7835. */
const hivePort = 7835;

/** Ports to which `fetch` never connects (Fetch standard, "port blocking", 2026-11). */
const blockedPorts = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/**
 * Reads a hive's address as typed by a user. The result is `http://host:port`, always with the port, and reads as itself. The scheme
 * defaults to http, the port to 7835, or to 443 for https. A hive itself speaks plain HTTP only.
 */
export function parseHiveAddress(text: string): HiveAddress {
  const typed = text.trim();
  if (typed === '') return { problem: 'empty' };
  const [, scheme, rest = ''] = /^(?:([a-z][a-z\d+.-]*):\/\/)?(.*)$/is.exec(typed) ?? [];
  const protocol = scheme?.toLowerCase() ?? 'http';
  if (protocol !== 'http' && protocol !== 'https') return { problem: 'scheme' };

  const [, authority = '', path = ''] = /^([^/?#\\]*)(.*)$/s.exec(rest) ?? [];
  if (authority.includes('@')) return { problem: 'credentials' };
  if (path !== '' && path !== '/') return { problem: 'path' };
  // The URL parser ignores tabs and line ends.
  if (authority === '' || /\s/.test(authority)) return { problem: 'host' };

  const bare = /^[\da-f.]*:[\da-f.]*:[\da-f:.]*$/i.test(authority) ? `[${authority}]` : authority;
  const [, name = '', digits] = /^(\[[^\]]*\]|[^:[]*)(?::(.*))?$/.exec(bare) ?? [];
  if (digits !== undefined && !isPort(digits)) return { problem: 'port' };
  if (name === '' || !URL.canParse(`http://${name}`)) return { problem: 'host' };
  const port = digits === undefined ? (protocol === 'https' ? 443 : hivePort) : Number(digits);
  if (blockedPorts.has(port)) return { problem: 'blocked-port' };
  const { hostname } = new URL(`http://${name}`);
  // In the match pattern of a permission, `*` would mean every host.
  if (hostname.includes('*')) return { problem: 'host' };
  return { url: `${protocol}://${anyAddress.has(hostname) ? 'localhost' : hostname}:${port}` };
}
