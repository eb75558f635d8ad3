/** Why a text is not the address of a hive. The words for it are the options page's. */
export type AddressProblem = 'empty' | 'scheme' | 'credentials' | 'path' | 'host' | 'port';

export type HiveAddress = { url: string } | { problem: AddressProblem };

/** The hive's own default. Its port document says 7834 since 2025-11-12; the binary listens on 7835. */
const hivePort = 7835;

/**
 * Reads what a person typed as a hive's address: `http://host:port`, always with its port, so that the result read again is
 * the same. Without a scheme it is http; without a port 7835, or 443 for https, which no hive speaks itself.
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
  // The URL parser would drop tabs and line ends, and read a host that nobody typed.
  if (authority === '' || /\s/.test(authority)) return { problem: 'host' };

  const bare = /^[\da-f.]*:[\da-f.]*:[\da-f:.]*$/i.test(authority) ? `[${authority}]` : authority;
  const [, name = '', digits] = /^(\[[^\]]*\]|[^:[]*)(?::(.*))?$/.exec(bare) ?? [];
  if (digits !== undefined && !isPort(digits)) return { problem: 'port' };
  if (name === '' || !URL.canParse(`http://${name}`)) return { problem: 'host' };
  const { hostname } = new URL(`http://${name}`);
  const port = digits === undefined ? (protocol === 'https' ? 443 : hivePort) : Number(digits);
  return { url: `${protocol}://${hostname}:${port}` };
}

/** Whether a text is an address as `parseHiveAddress` gives it. */
export const isHiveAddress = (url: string): boolean =>
  /^https?:\/\/[^\s/?#\\@]+:\d{1,5}$/.test(url) && URL.canParse(url);

/** Whether the address means this machine, whatever form it was typed in. */
export function isLoopback(baseUrl: string): boolean {
  const hostname = new URL(baseUrl).hostname.replace(/\.$/, '');
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    /^127(?:\.\d+){3}$/.test(hostname) ||
    hostname === '[::1]' ||
    /^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/.test(hostname)
  );
}

/** The match patterns that cover a hive and the workers on its host, which speak http whatever the hive does. Without a port: older Firefox knows none in patterns. */
export function hostPermissions(baseUrl: string): string[] {
  const { protocol, hostname } = new URL(baseUrl);
  return [...new Set(['http:', protocol])].map((scheme) => `${scheme}//${hostname}/*`);
}

const isPort = (digits: string): boolean => /^\d{1,5}$/.test(digits) && Number(digits) > 0 && Number(digits) < 65_536;
