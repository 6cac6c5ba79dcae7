/** Spellings of hosts inside one's own network, as an attacker would try them (OWASP, "Server-side request forgery"). */
export const PRIVATE_HOSTS: readonly string[] = [
  ...['127.0.0.1', '127.0.0.2', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '127.0.0.1.'],
  ...['0.0.0.0', '0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', 'user:pass@127.0.0.1', 'user@127.0.0.1'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', '①②⑦.⓪.⓪.①', '10.0.0.1', '169.254.169.254', '192.168.0.1', '172.16.0.1', '100.64.0.1', '[fe80::1]', '[fd00::1]'],
];

/** Addresses that are none of a web server. */
export const OTHER_SCHEMES: readonly string[] = ['file:///etc/passwd', 'gopher://127.0.0.1/', 'data:text/plain,a', 'ftp://127.0.0.1/', 'not a url', ''];
