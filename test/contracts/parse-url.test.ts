import { parseUrl } from '../../contracts/parse-url';

describe('the URL that a text is', () => {
  it('stays the same however often it is asked for', () => {
    const refused = Array.from({ length: 50_000 }, () => parseUrl('https://bücher.example/straße')).filter((url) => url === null);
    expect(refused).toHaveLength(0);
  });

  it('may be relative to another one, and is null for what is none', () => {
    expect(parseUrl('../b?c', new URL('https://host.example/a/'))?.href).toBe('https://host.example/b?c');
    expect(parseUrl('../b')).toBeNull();
    expect(parseUrl('https://')).toBeNull();
  });
});
