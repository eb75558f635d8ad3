import { expect, it } from 'vitest';
import { routeArguments } from '../../browser/routes.ts';

const rules = (routes: Parameters<typeof routeArguments>[0]) =>
  routeArguments(routes).find((argument) => argument.startsWith('--host-resolver-rules='));

it('the addresses that the shipped build uses are mapped to local servers', () => {
  const found = rules({ site: 1001, hub: 1002, hive: 1003, secondHive: 1004 });
  expect(found).toContain('MAP marketplace.rbee.dev:443 127.0.0.1:1001');
  expect(found).toContain('MAP huggingface.co:443 127.0.0.1:1002');
  expect(found).toContain('MAP localhost:7835 127.0.0.1:1003');
  expect(found).toContain('MAP localhost:7834 127.0.0.1:1004');
});

it('without a stand-in hive, connections to its port are refused, even if another program uses the port', () => {
  expect(rules({})).toMatch(/MAP localhost:7835 127\.0\.0\.1:1,.*MAP localhost:7834 127\.0\.0\.1:1,/);
});

it('the last rule makes all other addresses unresolvable', () => {
  expect(rules({ site: 1001 })).toMatch(/, MAP \* ~NOTFOUND$/);
});

it('the browser treats site and hub as public, so that its rules for local networks apply', () => {
  expect(routeArguments({ site: 1001, hub: 1002, hive: 1003 })).toContain(
    '--ip-address-space-overrides=127.0.0.1:1001=public,127.0.0.1:1002=public',
  );
});
