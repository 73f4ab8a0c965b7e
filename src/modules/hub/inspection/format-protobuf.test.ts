import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createProtobufReader } from './format-protobuf.ts';
import { bytesSource, Cursor, Malformed, TooComplex } from './format-source.ts';
import { field, varint } from './inspect-testing.ts';

const readerOf = (bytes: Uint8Array, fieldsMax?: number) =>
  createProtobufReader(new Cursor(bytesSource(bytes)), fieldsMax ? { fieldsMax } : {});

it('reads back every field that was written', () => {
  const value = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  const message = fc.array(fc.tuple(fc.integer({ min: 1, max: 536_870_911 }), value));
  fc.assert(
    fc.property(message, (fields) => {
      const bytes = Buffer.concat(fields.map(([number, content]) => field(number, content)));
      const read = [...readerOf(bytes).fields(0, bytes.length)].map((one) => [
        one.number,
        one.kind === 'varint' ? one.value : bytes.subarray(one.start, one.end),
      ]);
      expect(read).toEqual(fields);
    }),
  );
});

it('reads signed numbers, one by one and packed', () => {
  const numbers = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(numbers, (values) => {
      const bytes = field(1, Buffer.concat(values.map(varint)));
      const reader = readerOf(bytes);
      const [packed] = reader.fields(0, bytes.length);
      expect([...reader.integers(packed!)]).toEqual(values);
    }),
  );
});

it('ends with fields or a typed refusal, whatever the bytes are, and never beyond them', () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  fc.assert(
    fc.property(bytes, (content) => {
      const reader = readerOf(content);
      try {
        for (const one of reader.fields(0, content.length)) {
          expect(one.end).toBeLessThanOrEqual(content.length);
          if (one.kind === 'bytes') expect(reader.text(one).length).toBeLessThanOrEqual(200);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
      }
    }),
    { numRuns: 1_000 },
  );
});

it('refuses a number of eleven bytes, a group, field 0 and too many fields', () => {
  const all = (bytes: Buffer, fieldsMax?: number) => [
    ...readerOf(bytes, fieldsMax).fields(0, bytes.length),
  ];
  expect(() => all(Buffer.from(`08${'ff'.repeat(10)}01`, 'hex'))).toThrow(Malformed);
  expect(() => all(Buffer.from('0b0c', 'hex'))).toThrow(Malformed);
  expect(() => all(Buffer.from('0000', 'hex'))).toThrow(Malformed);
  expect(() => all(Buffer.concat([field(1, 1n), field(1, 2n)]), 1)).toThrow(TooComplex);
});
