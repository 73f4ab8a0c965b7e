import { expect, it } from 'vitest';
import type { Output } from '../models/model-batch.ts';
import { sameAnswers } from './same-answers.ts';

const floats = (...values: number[]): Output => ({
  ...{ datatype: 'FP32', shape: [values.length] },
  data: Buffer.from(new Float32Array(values).buffer),
});
const whole = (...values: number[]): Output => ({
  ...{ datatype: 'INT32', shape: [values.length] },
  data: Buffer.from(new Int32Array(values).buffer),
});
const text = (value: unknown): Output => {
  const data = Buffer.from(JSON.stringify(value));
  return { datatype: 'UINT8', shape: [data.length], data };
};
const plain = { json: false };

it('takes numbers as the same within a tolerance, whole ones and shapes exactly', () => {
  expect(sameAnswers([floats(1, 2)], [floats(1.0005, 2)], plain)).toBe(true);
  expect(sameAnswers([floats(1, 2)], [floats(1.01, 2)], plain)).toBe(false);
  expect(sameAnswers([floats(Number.NaN)], [floats(Number.NaN)], plain)).toBe(true);
  expect(sameAnswers([whole(1, 2)], [whole(1, 2)], plain)).toBe(true);
  expect(sameAnswers([whole(1, 2)], [whole(1, 3)], plain)).toBe(false);
  expect(sameAnswers([{ ...whole(1, 2), shape: [2, 1] }], [whole(1, 2)], plain)).toBe(false);
  expect(sameAnswers([whole(1)], [], plain)).toBe(false);
});

it('compares what programs answer by its values, not its bytes', () => {
  const json = { json: true };
  const given = { label: 'a', box: [1, 2.00001], none: null };
  expect(sameAnswers([text(given)], [text({ none: null, box: [1, 2], label: 'a' })], json)).toBe(
    true,
  );
  expect(sameAnswers([text(given)], [text({ ...given, label: 'b' })], json)).toBe(false);
  expect(sameAnswers([text(given)], [text({ ...given, more: 1 })], json)).toBe(false);
  expect(sameAnswers([text([1])], [text({ 0: 1 })], json)).toBe(false);
});
