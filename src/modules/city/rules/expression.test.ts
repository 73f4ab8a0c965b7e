import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExpressionError, evaluate, needsOf, parseExpression, truth } from './expression.ts';

const rows = [1, 2, 4, 8].map((humidity) => ({ humidity, 温度: 30, open: true, lost: null }));

describe('an expression', () => {
  test.each<[string, number | boolean | null]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-humidity', -8],
    ['humidity > 7 and 温度 >= 30', true],
    ['not humidity > 7 or 温度 < 3', false],
    ['mean(humidity, 3)', 14 / 3],
    ['max(humidity, 60) - min(humidity, 2)', 4],
    ['change(humidity, 2)', 6],
    ['change(humidity, 9)', null],
    ['abs(change(humidity, 1)) == 4', true],
    ['missing(lost) and not missing(humidity)', true],
    ['lost > 1', false],
    ['lost != 1', false],
    ['not lost', null],
    ['lost + 1', null],
    ['1 / 0', null],
    ['open', true],
    ['humidity == 8 == 1', null],
  ])('%s gives %s', (text, wanted) => {
    if (text === 'humidity == 8 == 1') {
      expect(() => parseExpression(text)).toThrow(ExpressionError);
    } else expect(evaluate(parseExpression(text), rows)).toEqual(wanted);
  });

  test.each([
    '',
    '1 +',
    'humidity >',
    'eval(1)',
    'mean(humidity)',
    'mean(humidity, 0)',
    'mean(humidity, 61)',
    'a.b',
    'a; b',
    '"x"',
    'and',
    '1 2',
    '('.repeat(100),
    '-'.repeat(400),
    `${'not '.repeat(100)}1`,
    `1${'+1'.repeat(240)}`,
  ])('%s is refused', (text) => {
    expect(() => parseExpression(text)).toThrow(ExpressionError);
  });

  test('says what it reads', () => {
    const { names, readings } = needsOf(parseExpression('change(a, 6) > b or missing(c)'));
    expect([...names].sort()).toEqual(['a', 'b', 'c']);
    expect(readings).toBe(7);
  });

  // Whatever somebody writes is refused with a reason or ends with a value, at once.
  test('is safe whatever is written', () => {
    const part = fc.constantFrom(
      ...['1', 'humidity', '(', ')', ' ', 'and', 'or', 'not ', '-', '*', '<', ',', 'mean('],
      ...['constructor', '__proto__', 'lost', '2)', '==', '/', '0', 'missing('],
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        try {
          const value = evaluate(parseExpression(parts.join('')), rows);
          expect(['number', 'boolean', 'object']).toContain(typeof value);
          expect(typeof truth(value)).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
