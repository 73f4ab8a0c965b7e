import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moneyText, parseMoney, shareText } from './money.ts';

test('money is written by its digits', () => {
  expect([0, 7, -21, 123_456_789].map((minor) => moneyText(minor, 'CNY'))).toEqual([
    ...['¥0.00', '¥0.07', '-¥0.21', '¥1,234,567.89'],
  ]);
  expect(moneyText(1_200, 'USD')).toBe('USD 12.00');
});

test('what is written is read again, to the last minor unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (minor) => {
      expect(parseMoney(moneyText(minor, 'CNY'))).toBe(minor);
    }),
  );
  expect(['12', '12.5', '￥1,200', ' 0.07 '].map(parseMoney)).toEqual([1_200, 1_250, 120_000, 7]);
  expect(['', '-1', '1.234', '1e3', 'NaN', '.5'].map(parseMoney)).toEqual(Array(6).fill(null));
});

test('shares are written without rounding', () => {
  expect([0, 5, 50, 333, 500, 10_000].map(shareText)).toEqual([
    ...['0%', '0.05%', '0.5%', '3.33%', '5%', '100%'],
  ]);
});
