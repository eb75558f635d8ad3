/** A program listens on these addresses to be reachable on all of a machine; browsers cannot connect to them. */
export const anyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '[::]']);

/** Whether a text is an address as `parseHiveAddress` returns it: `http://host:port`, always with the port. */
export function isHiveAddress(text: string): boolean {
  const [, host = '', port = ''] = /^https?:\/\/([^/?#\\@*\s]+):(\d+)$/.exec(text) ?? [];
  return (
    isPort(port) &&
    String(Number(port)) === port &&
    !anyAddress.has(host) &&
    URL.parse(`http://${host}`)?.hostname === host
  );
}

/** The origin of a worker: on the hive's host, always plain HTTP. Throws `RangeError` if `port` is none. */
export function workerOrigin(hive: string, port: number): string {
  if (!isPort(String(port))) throw new RangeError(`Not a port: ${port}`);
  return `http://${new URL(hive).hostname}:${port}`;
}

/**
 * The same address on 127.0.0.1 if `url` names `localhost`, otherwise undefined. Browsers try ::1 first for `localhost`; hives and workers
 * listen on IPv4 only, so another program on the same port of ::1 would answer instead of them.
 */
export function ipv4Twin(url: string): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  return hostname === 'localhost' && port ? `${protocol}//127.0.0.1:${port}` : undefined;
}

/** Whether the address means this machine, in any notation. */
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

/** The match patterns that cover a hive and the workers on its host. Workers always use http. Older versions of Firefox do not support ports in patterns. */
export function hostPermissions(baseUrl: string): string[] {
  const { protocol, hostname } = new URL(baseUrl);
  return [...new Set(['http:', protocol])].map((scheme) => `${scheme}//${hostname}/*`);
}

/** Whether these digits are a TCP port. */
export const isPort = (digits: string): boolean =>
  /^\d{1,5}$/.test(digits) && Number(digits) > 0 && Number(digits) < 65_536;
