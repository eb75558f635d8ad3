/** The local ports that serve the addresses of the real servers. */
export type Routes = {
  /** TLS, as https://marketplace.rbee.dev. */
  site?: number | undefined;
  /** TLS, as https://huggingface.co. */
  hub?: number | undefined;
  /** As http://localhost:7835, where a hive listens. */
  hive?: number | undefined;
  /** As http://localhost:7834, the second address at which a hive is looked for. */
  secondHive?: number | undefined;
  /** Further names or `name:port` pairs. */
  more?: Readonly<Record<string, number>>;
};

// Nothing listens on port 1, so connections are refused at once, as if no hive was running.
const refused = 1;

/**
 * Browser arguments that route the addresses of the real servers to local ones. All other names do not resolve, so that tests
 * use no external network. The browser treats site and hub as public addresses, so its rules for local networks apply.
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
