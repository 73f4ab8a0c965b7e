import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readReply } from './row-protocol.ts';

test('a prediction of flag and score is taken as it is, and nothing else is a prediction', () => {
  const score = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined });
  fc.assert(
    fc.property(fc.constantFrom(0, 1), score, (flag, value) => {
      const prediction =
        value === undefined ? { flag } : { flag, score: Object.is(value, -0) ? 0 : value };
      const reply = readReply(JSON.stringify({ prediction }));
      expect(reply).toEqual({ kind: 'prediction', prediction });
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      const reply = readReply(JSON.stringify({ prediction: body }));
      if (reply.kind !== 'prediction') return;
      expect(Object.keys(reply.prediction).every((key) => key === 'flag' || key === 'score')).toBe(
        true,
      );
      expect([0, 1]).toContain(reply.prediction.flag);
    }),
  );
});

test('any line gives a reply, and no text of it comes back but in an error claim', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      const reply = readReply(line);
      if (reply.kind === 'broken')
        expect(reply.detail).toMatch(/^(The program|A prediction|The flag|The score)/);
    }),
  );
});

test.each([
  ['{"prediction":{"flag":0},"prediction2":1}', 'broken'],
  ['{"prediction":{"flag":0,"__proto__":{}}}', 'broken'],
  ['{"prediction":{"flag":0,"score":1e999}}', 'broken'],
  ['{"prediction":{"flag":0,"score":NaN}}', 'broken'],
  ['{"write":{"name":"a","bytes":-1}}', 'broken'],
  ['{"write":{"name":"a","bytes":1.5}}', 'broken'],
  ['{"write":{"name":"a","bytes":3}}', 'write'],
  ['{"ready":1}', 'broken'],
  ['{"error":{"kind":"disk"}}', 'error'],
  ['{"error":null}', 'error'],
])('%s is %s', (line, kind) => {
  expect(readReply(line).kind).toBe(kind);
});
