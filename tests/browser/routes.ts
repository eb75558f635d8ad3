/** Which local port answers for which address of the outside world. */
export type Routes = {
  /** TLS, as https://marketplace.rbee.dev. */
  site?: number | undefined;
  /** TLS, as https://huggingface.co. */
  hub?: number | undefined;
  /** As http://localhost:7835, where a hive listens. */
  hive?: number | undefined;
  /** As http://localhost:7834, the second place to look. */
  secondHive?: number | undefined;
  /** Further names or `name:port` pairs. */
  more?: Readonly<Record<string, number>>;
};

// Nothing listens on port 1, so a connection is refused at once, as where no hive runs.
const refused = 1;

/**
 * Arguments that make the browser reach local servers under the addresses that the shipped build asks for. What is not
 * named resolves to nothing: a test never reaches the outside. The site and the hub count as public addresses, so the
 * browser's rules for local networks hold as in real life.
 */
export function routeArguments({ site, hub, hive, secondHive, more }: Routes): string[] {
  const ports = {
    'marketplace.rbee.dev:443': site,
    'huggingface.co:443': hub,
    'localhost:7835': hive ?? refused,
    'localhost:7834': secondHive ?? refused,
    '127.0.0.1:7835': hive ?? refused,
    '127.0.0.1:7834': secondHive ?? refused,
    ...more,
  };
  const rules = Object.entries(ports).flatMap(([address, port]) => (port ? [`MAP ${address} 127.0.0.1:${port}`] : []));
  const open = ['localhost', '127.0.0.1', '[::1]'].map((host) => `MAP ${host} 127.0.0.1`);
  const publicPorts = [site, hub].flatMap((port) => (port ? [`127.0.0.1:${port}=public`] : []));
  return [
    `--host-resolver-rules=${[...rules, ...open, 'MAP * ~NOTFOUND'].join(', ')}`,
    '--ignore-certificate-errors',
    ...(publicPorts.length ? [`--ip-address-space-overrides=${publicPorts.join(',')}`] : []),
  ];
}
