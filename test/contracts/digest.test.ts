import fc from 'fast-check';
import { canonicalJson, digestOf, digestOfJson, digestOfMembers } from '../../contracts/digest';

/** The definition, as slow as it is short. */
function defined(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => defined(item)).join(',')}]`;
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${defined(Reflect.get(value, name))}`).join(',')}}`;
}

describe('canonical JSON', () => {
  it('is what its definition says, for every value', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(canonicalJson(value)).toBe(defined(value))));
  });

  it('sorts names that look like an index as text too', () => {
    const scenes = { '10': { b: 1, a: 2 }, '4': [], name: null };
    expect(canonicalJson({ scenes, at: -0 })).toBe('{"at":0,"scenes":{"10":{"a":2,"b":1},"4":[],"name":null}}');
  });

  it('keeps a member named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });

  it('leaves out what is undefined, and puts null for it into a list', () => {
    expect(canonicalJson({ a: undefined, b: [undefined, 1], '1': undefined })).toBe('{"b":[null,1]}');
  });

  it.each([[Number.NaN], [Infinity], [1n], [() => 1], [{ '1': { deep: [Number.NaN] } }], [{ deep: [Symbol('s')] }]])('refuses %p', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('has a digest that never changes', () => {
    const value = { b: [1, 2.5, 'ü'], a: { z: null, '2': true } };
    expect(digestOf(value)).toBe(digestOfJson('{"a":{"2":true,"z":null},"b":[1,2.5,"ü"]}'));
    expect(digestOf({ b: 1, a: 'x' })).toBe('sha256:cdab067e9f3beb32d1252cfd63e492592fecbf591b0d08cadb24bb17f3864246');
  });

  it('is the same when it is made of members whose JSON is at hand', () => {
    const value = { stage: 'speech', input: { b: [1, null], a: 'ü' }, '2': true, 'quo"te': null };
    const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, canonicalJson(member)]));
    expect(digestOfMembers(members)).toBe(digestOf(value));
  });
});
