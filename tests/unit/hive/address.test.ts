import { describe, expect, it } from 'vitest';
import { hostPermissions, isHiveAddress, isLoopback } from '../../../lib/hive/address.ts';
import { type AddressProblem, parseHiveAddress } from '../../../lib/hive/parse-address.ts';

describe('a typed hive address', () => {
  it.each([
    ['localhost', 'http://localhost:7835'],
    ['localhost:7834', 'http://localhost:7834'],
    ['http://localhost', 'http://localhost:7835'],
    ['http://localhost/', 'http://localhost:7835'],
    ['HTTP://LocalHost:7835/', 'http://localhost:7835'],
    ['  http://localhost:7835  ', 'http://localhost:7835'],
    ['http://localhost:80', 'http://localhost:80'],
    ['https://hive.example', 'https://hive.example:443'],
    ['https://hive.example:8443', 'https://hive.example:8443'],
    ['127.0.0.1', 'http://127.0.0.1:7835'],
    ['127.1:7835', 'http://127.0.0.1:7835'],
    ['192.168.1.20:7835', 'http://192.168.1.20:7835'],
    ['gaming-pc', 'http://gaming-pc:7835'],
    ['gaming_pc.local:7835', 'http://gaming_pc.local:7835'],
    ['bücher.example', 'http://xn--bcher-kva.example:7835'],
    ['[::1]', 'http://[::1]:7835'],
    ['[::1]:7834', 'http://[::1]:7834'],
    ['::1', 'http://[::1]:7835'],
    ['http://[2001:DB8:0::1]:7835', 'http://[2001:db8::1]:7835'],
    ['2001:db8::1', 'http://[2001:db8::1]:7835'],
    ['localhost:07835', 'http://localhost:7835'],
    ['localhost:6001', 'http://localhost:6001'],
  ])('%j is read as %s, which is read as itself', (typed, url) => {
    expect(parseHiveAddress(typed)).toEqual({ url });
    expect(parseHiveAddress(url)).toEqual({ url });
    expect(isHiveAddress(url)).toBe(true);
  });

  it.each([
    ['0.0.0.0:7835', 'http://localhost:7835'],
    ['http://0:7835', 'http://localhost:7835'],
    ['[::]:7835', 'http://localhost:7835'],
    ['::', 'http://localhost:7835'],
  ])('%j, to which browsers cannot connect, is read as %s', (typed, url) => {
    expect(parseHiveAddress(typed)).toEqual({ url });
    expect(isHiveAddress(typed)).toBe(false);
  });

  it.each<[string, AddressProblem]>([
    ['*', 'host'],
    ['*.example:7835', 'host'],
    ['localhost:6000', 'blocked-port'],
    ['http://192.168.1.20:6665', 'blocked-port'],
    ['http://192.168.1.20:6669', 'blocked-port'],
    ['https://hive.example:10080', 'blocked-port'],
    ['', 'empty'],
    ['   ', 'empty'],
    ['ftp://localhost', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['ws://localhost:7835', 'scheme'],
    ['chrome-extension://abc', 'scheme'],
    ['user@localhost', 'credentials'],
    ['http://user:secret@localhost:7835', 'credentials'],
    ['http://@localhost', 'credentials'],
    ['http://localhost:7835/v1', 'path'],
    ['http://localhost:7835//', 'path'],
    ['localhost/?', 'path'],
    ['localhost?x=1', 'path'],
    ['localhost#here', 'path'],
    ['http:\\\\localhost', 'path'],
    ['localhost\\v1', 'path'],
    ['http://', 'host'],
    ['http://:7835', 'host'],
    [':7835', 'host'],
    ['local host', 'host'],
    ['local\nhost', 'host'],
    ['local\thost:7835', 'host'],
    ['exa<mple', 'host'],
    ['[::1', 'host'],
    ['[::g]', 'host'],
    ['[fe80::1%eth0]', 'host'],
    ['1.2.3.4.5', 'host'],
    ['256.0.0.1', 'host'],
    ['localhost:', 'port'],
    ['localhost:0', 'port'],
    ['localhost:65536', 'port'],
    ['localhost:78a', 'port'],
    ['localhost:-1', 'port'],
    ['localhost: 7835', 'host'],
    ['javascript:alert(1)', 'port'],
    ['mailto:a', 'port'],
  ])('%j is rejected (%s)', (typed, problem) => {
    expect(parseHiveAddress(typed)).toEqual({ problem });
    // Only the input rejects blocked ports, because requests to them fail anyway.
    expect(isHiveAddress(typed)).toBe(problem === 'blocked-port' && typed.startsWith('http'));
  });
});

describe('whether an address is on this machine', () => {
  it.each([
    [true, 'http://localhost:7835'],
    [true, 'http://localhost.:7835'],
    [true, 'http://hive.localhost:7835'],
    [true, 'http://127.0.0.1:7835'],
    [true, 'http://127.8.9.10:7835'],
    [true, 'http://[::1]:7835'],
    [true, 'http://[::ffff:127.0.0.1]:7835'],
    [false, 'http://192.168.1.20:7835'],
    [false, 'http://127.0.0.1.example:7835'],
    [false, 'http://localhost.example:7835'],
    [false, 'http://[2001:db8::1]:7835'],
  ])('is %s for %s', (loopback, url) => {
    expect(isLoopback(url)).toBe(loopback);
  });
});

describe('the host permission for a hive', () => {
  it.each([
    ['http://localhost:7835', ['http://localhost/*']],
    ['http://192.168.1.20:7835', ['http://192.168.1.20/*']],
    // Its workers on the same host use http.
    ['https://hive.example:443', ['http://hive.example/*', 'https://hive.example/*']],
    ['http://[::1]:7835', ['http://[::1]/*']],
  ])('for %s contains no port', (url, patterns) => {
    expect(hostPermissions(url)).toEqual(patterns);
  });
});
