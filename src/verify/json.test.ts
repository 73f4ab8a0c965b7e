import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './jcs.ts';
import { JsonRefused, parseStrictJson } from './json.ts';

const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });

describe('strict JSON', () => {
  test('reads everything that JSON.stringify writes, with or without white space', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(JSON.stringify(parseStrictJson(text))).toBe(JSON.stringify(value));
      }),
    );
  });

  test.each([
    ['a key twice', '{"a":1,"a":1}'],
    ['data after the value', '{} {}'],
    ['a number of another form', '[1.0]'],
    ['an exponent of another form', '[1E2]'],
    ['minus zero', '[-0]'],
    ['a number too exact to hold', '[0.10000000000000000001]'],
    ['a number beyond all', '[1e999]'],
    ['an escape that is not needed', '["\\u0041"]'],
    ['a lone surrogate', '["\\ud800"]'],
    ['a comma too many', '[1,]'],
    ['a byte order mark', '\ufeff{}'],
    ['an end too early', '{"a":"b'],
    ['nothing', ''],
    ['depth without end', '['.repeat(100_000)],
  ])('refuses %s', (_, text) => {
    expect(() => parseStrictJson(text)).toThrow(JsonRefused);
  });

  test('a key named __proto__ is a key like any other', () => {
    const value = parseStrictJson('{"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(canonicalJson(value)).toBe('{"__proto__":{"x":1}}');
  });
});

describe('JCS', () => {
  test('agrees with an implementation made elsewhere', () => {
    fc.assert(
      fc.property(json, (value) => {
        const own = parseStrictJson(JSON.stringify(value));
        expect(canonicalJson(own)).toBe(canonicalize(value));
      }),
    );
  });

  test('sorts keys by UTF-16 code units (RFC 8785 section 3.2.3)', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(Object.keys(JSON.parse(text)).toSorted()).toEqual(sorted.toSorted());
    expect(text).toBe(`{${sorted.map((key) => `${JSON.stringify(key)}:0`).join(',')}}`);
  });

  test('refuses what JSON cannot hold', () => {
    for (const value of [Number.NaN, '\ud800', new Date(), [undefined], 1n]) {
      expect(() => canonicalJson(value as never)).toThrow(TypeError);
    }
  });
});
