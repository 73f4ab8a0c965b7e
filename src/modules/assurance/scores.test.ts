import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScores, roundTo, type Scores, shownScores } from './scores.ts';

const whole = {
  score: 0.8123456,
  precision: 0.9,
  recall: 0.75,
  eventsTrue: 60,
  eventsFound: 45,
  falseAlarms: 5,
  interval: { low: 0.7, high: 0.9 },
};
const read = (value: unknown) => readScores(JSON.stringify(value), '/score');

describe('scores of a scorer', () => {
  it('are taken whole, with null for what it does not say', () => {
    expect(read(whole)).toEqual(whole);
    expect(read({ score: 3 })).toEqual({
      score: 3,
      precision: null,
      recall: null,
      eventsTrue: null,
      eventsFound: null,
      falseAlarms: null,
      interval: null,
    });
    expect(readScores(JSON.stringify(whole), '/recall')).toMatchObject({ score: 0.75 });
    expect(Object.is(readScores('{"score":-0}', '/score')?.score, 0)).toBe(true);
  });

  it.each([
    ['no JSON', '{score: 1}'],
    ['data after it', '{"score":1} {}'],
    ['no object', '[1]'],
    ['no score', '{"precision":1}'],
    ['a score that is text', '{"score":"0.5"}'],
    ['a score without end', '{"score":1e999}'],
    ['no number', '{"score":NaN}'],
    ['a member that is not declared', '{"score":1,"note":"labels: 0101"}'],
    ['one hidden deeper', '{"score":1,"interval":{"low":0,"high":1,"note":1}}'],
    ['an interval upside down', '{"score":1,"interval":{"low":1,"high":0}}'],
    ['precision above 1', '{"score":1,"precision":1.1}'],
    ['half an event', '{"score":1,"eventsTrue":1.5}'],
    ['more found than there are', '{"score":1,"eventsTrue":1,"eventsFound":2}'],
    ['a prototype', '{"score":1,"__proto__":{"a":1}}'],
  ])('are refused with %s', (_, text) => {
    expect(readScores(text, '/score')).toBeNull();
  });

  it('are refused where the one that counts is missing', () => {
    expect(readScores('{"score":1}', '/precision')).toBeNull();
  });

  it('are finite and in range, or refused, whatever is written', () => {
    const member = fc.oneof(fc.double(), fc.jsonValue(), fc.integer());
    const keys = [...Object.keys(whole), 'other'];
    const written = fc.dictionary(fc.constantFrom(...keys), member, { maxKeys: 8 });
    fc.assert(
      fc.property(written, (value) => {
        const scores = read(value);
        if (!scores) return;
        expect(Object.keys(value)).not.toContain('other');
        for (const number of [scores.score, scores.interval?.low ?? 0]) {
          expect(Number.isFinite(number)).toBe(true);
        }
        for (const share of [scores.precision, scores.recall]) {
          expect(share === null || (share >= 0 && share <= 1)).toBe(true);
        }
      }),
    );
  });
});

describe('scores while they are sealed', () => {
  it('say no more than so many digits', () => {
    expect(shownScores(whole, 2)).toEqual({
      score: 0.81,
      precision: null,
      recall: null,
      eventsTrue: null,
      eventsFound: null,
      falseAlarms: null,
      interval: { low: 0.7, high: 0.9 },
    });
    expect(roundTo(1.005, 2)).toBe(1.01);
    expect(Object.is(roundTo(-0.001, 2), 0)).toBe(true);
  });

  it('are one of few: two that differ only beyond the digits look the same', () => {
    const digits = fc.integer({ min: 0, max: 6 });
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(score, digits, (value, places) => {
        const { score: shown } = shownScores({ ...(whole as Scores), score: value }, places);
        const steps = shown * 10 ** places;
        expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6);
        expect(Math.abs(shown - value)).toBeLessThanOrEqual(0.5 / 10 ** places + 1e-12);
      }),
    );
  });
});
