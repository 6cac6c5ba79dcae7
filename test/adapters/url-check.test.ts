import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { checkedLookup, checkUrl, isPublicAddress, resolveChecked, UrlRefused } from '../../adapters/url-check';

const nothing = { allowHosts: [] };
const isAllowed = (url: string, allowHosts: string[] = []): boolean => checkUrl(url, { allowHosts }).ok;

describe('a URL may not be called', () => {
  it.each([
    ['plain http', 'http://backend.example/hooks'],
    ['loopback', 'https://127.0.0.1/'],
    ['all of loopback', 'https://127.255.1.9/'],
    ['loopback in one number', 'https://2130706433/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['loopback in hex', 'https://0x7f.0x0.0x0.0x1/'],
    ['loopback in short', 'https://127.1/'],
    ['loopback by name', 'https://localhost/'],
    ['a name below localhost', 'https://api.localhost/'],
    ['a trailing dot', 'https://localhost./'],
    ['an address with a trailing dot', 'https://127.0.0.1./'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['the unspecified address', 'https://0.0.0.0/'],
    ['IPv6 unspecified', 'https://[::]/'],
    ['IPv4 inside IPv6', 'https://[::ffff:127.0.0.1]/'],
    ['IPv4 inside IPv6 in hex', 'https://[::ffff:7f00:1]/'],
    ['a private network in NAT64', 'https://[64:ff9b::a00:1]/'],
    ['10/8', 'https://10.1.2.3/'],
    ['172.16/12', 'https://172.31.255.255/'],
    ['192.168/16', 'https://192.168.0.1/'],
    ['link-local, cloud metadata', 'https://169.254.169.254/latest/meta-data'],
    ['carrier-grade NAT', 'https://100.64.0.1/'],
    ['unique local IPv6', 'https://[fc00::1]/'],
    ['unique local IPv6, second half', 'https://[fd12:3456::1]/'],
    ['link-local IPv6', 'https://[fe80::1]/'],
    ['6to4 of a private network', 'https://[2002:a00:1::]/'],
    ['multicast', 'https://224.0.0.1/'],
    ['broadcast', 'https://255.255.255.255/'],
    ['documentation', 'https://192.0.2.1/'],
    ['a user name', 'https://user@backend.example/'],
    ['a password', 'https://:secret@backend.example/'],
    ['a host hidden behind a user name', 'https://backend.example@127.0.0.1/'],
    ['a name without a dot', 'https://metadata/'],
    ['a name of a private zone', 'https://metadata.google.internal/'],
    ['mDNS', 'https://printer.local/'],
    ['a file', 'file:///etc/passwd'],
    ['gopher', 'gopher://127.0.0.1:70/'],
    ['data', 'data:text/plain,hello'],
    ['ftp', 'ftp://backend.example/'],
    ['full-width digits', 'https://１２７.0.0.1/'],
    ['an enclosed letter', 'https://ⓛocalhost/'],
    ['a backslash', 'https:\\\\127.0.0.1/'],
    ['a tab inside', 'https://127.0.\t0.1/'],
    ['a line end', 'https://backend.example/\r\nHost: x'],
    ['no URL', 'backend.example'],
    ['nothing', ''],
  ])('because of %s', (_why, url) => {
    expect(isAllowed(url)).toBe(false);
  });
});

describe('a URL may be called', () => {
  it.each(['https://backend.example/hooks', 'https://backend.example:8443/a?b=c#d', 'https://8.8.8.8/', 'https://[2606:4700::1111]/', 'https://bücher.example/'])('%s', (url) => {
    expect(isAllowed(url)).toBe(true);
  });

  it('inside our own network where the operator says so', () => {
    expect(isAllowed('http://127.0.0.1:9000/hooks', ['127.0.0.1'])).toBe(true);
    expect(isAllowed('http://127.0.0.1:9000/hooks', ['127.0.0.1:9000'])).toBe(true);
    expect(isAllowed('http://127.0.0.1:9001/hooks', ['127.0.0.1:9000'])).toBe(false);
    expect(isAllowed('http://10.2.3.4/hooks', ['10.0.0.0/8'])).toBe(true);
    expect(isAllowed('http://11.2.3.4/hooks', ['10.0.0.0/8'])).toBe(false);
    expect(isAllowed('http://[fd00::5]/hooks', ['fd00::/8'])).toBe(true);
    expect(isAllowed('http://Receiver.internal/hooks', ['receiver.internal'])).toBe(true);
    expect(isAllowed('http://localhost:3000/', ['localhost'])).toBe(true);
    expect(isAllowed('http://user@localhost:3000/', ['localhost'])).toBe(false);
  });
});

describe('a name', () => {
  it('is judged by its addresses', async () => {
    await expect(resolveChecked('localhost', nothing)).rejects.toBeInstanceOf(UrlRefused);
    await expect(resolveChecked('localhost', { allowHosts: ['localhost'] })).resolves.not.toHaveLength(0);
    await expect(resolveChecked('localhost', { allowHosts: ['127.0.0.0/8', '::1/128'] })).resolves.not.toHaveLength(0);
  });

  it('that points inwards gets no connection, however it is looked up', async () => {
    let connections = 0;
    const server = createServer().on('connection', () => connections++);
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const agent = new Agent({ connect: { lookup: checkedLookup(nothing) } });
    await expect(request(`http://localhost:${port}/`, { dispatcher: agent })).rejects.toThrow();
    await agent.close();
    server.close();
    expect(connections).toBe(0);
  });
});

describe('an address', () => {
  it('is public only when it is an ordinary one', () => {
    expect(['8.8.8.8', '2606:4700::1111'].every(isPublicAddress)).toBe(true);
    expect(['127.0.0.1', '::1', 'localhost', '', '999.1.1.1', '::ffff:10.0.0.1'].some(isPublicAddress)).toBe(false);
  });
});
