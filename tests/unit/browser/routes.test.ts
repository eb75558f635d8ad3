import { expect, it } from 'vitest';
import { routeArguments } from '../../browser/routes.ts';

const rules = (routes: Parameters<typeof routeArguments>[0]) =>
  routeArguments(routes).find((argument) => argument.startsWith('--host-resolver-rules='));

it('the addresses of the shipped build lead to local servers', () => {
  const found = rules({ site: 1001, hub: 1002, hive: 1003, secondHive: 1004 });
  expect(found).toContain('MAP marketplace.rbee.dev:443 127.0.0.1:1001');
  expect(found).toContain('MAP huggingface.co:443 127.0.0.1:1002');
  expect(found).toContain('MAP localhost:7835 127.0.0.1:1003');
  expect(found).toContain('MAP localhost:7834 127.0.0.1:1004');
});

it('without a hive its port refuses connections, even if a program of this machine uses it', () => {
  expect(rules({})).toMatch(/MAP localhost:7835 127\.0\.0\.1:1,.*MAP localhost:7834 127\.0\.0\.1:1,/);
});

it('no other address resolves, and the rule for that is the last one', () => {
  expect(rules({ site: 1001 })).toMatch(/, MAP \* ~NOTFOUND$/);
});

it('site and hub count as public, so that the browser’s rules for local networks hold', () => {
  expect(routeArguments({ site: 1001, hub: 1002, hive: 1003 })).toContain(
    '--ip-address-space-overrides=127.0.0.1:1001=public,127.0.0.1:1002=public',
  );
});
