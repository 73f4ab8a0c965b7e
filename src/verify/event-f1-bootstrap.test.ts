import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreEvents } from './event-f1.ts';
import { bootstrapInterval, pairedDifference } from './event-f1-bootstrap.ts';
import { EventScoreError } from './event-f1-rows.ts';
import { mulberry32 } from './mulberry32.ts';

const options = { latencyReadings: 3, mergeGapReadings: 2 };
const rows = 1_200;

/**
 * An event of three readings every 30; `finds` says which of them are found, `wrong` where false
 * flags stand.
 */
function predict(finds: (event: number) => boolean, wrong: (row: number) => boolean = () => false) {
  const lines = Array.from({ length: rows }, (_, row) => {
    const hit = row % 30 === 10 && finds(Math.floor(row / 30));
    return `${row},${hit || (row % 30 === 25 && wrong(row)) ? 1 : 0},0`;
  });
  return ['row,flag,score', ...lines].join('\n');
}
const labels = [
  'row,mote_id,label,event_id,kind',
  ...Array.from({ length: rows }, (_, row) => {
    const within = row % 30 >= 10 && row % 30 < 13;
    return `${row},m,${within ? `1,e${Math.floor(row / 30)},drift` : '0,,'}`;
  }),
].join('\n');

/** 20 of 40 events, unevenly spread. */
const inHalf = (event: number) => (event * 7 + Math.floor(event / 5)) % 20 < 10;
const half = predict(inHalf);
const most = predict((event) => event % 10 !== 0);

describe('the bootstrap', () => {
  it('is the same for the same seed and another for another', () => {
    const run = (seed: number) => bootstrapInterval(half, labels, options, { seed });
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
  });

  it('has fixed digits, so that another engine or a later version cannot drift', () => {
    const interval = bootstrapInterval(most, labels, options, { seed: 20_261_123 });
    expect(interval).toEqual({ low: 0.888889, high: 0.987342 });
    const next = mulberry32(1);
    expect([next(), next(), next()]).toEqual([2_693_262_067, 11_749_833, 2_265_367_787]);
  });

  it('holds the score, and nothing else where every block is alike', () => {
    const { score } = scoreEvents(half, labels, options);
    const { low, high } = bootstrapInterval(half, labels, options, { seed: 1 });
    expect(low).toBeLessThan(score);
    expect(high).toBeGreaterThan(score);
    const perfect = predict(() => true);
    expect(bootstrapInterval(perfect, labels, options, { seed: 1 })).toEqual({ low: 1, high: 1 });
    const silent = predict(() => false);
    expect(bootstrapInterval(silent, labels, options, { seed: 1 })).toEqual({ low: 0, high: 0 });
  });

  it('covers what it should: about 95 of 100 samples of a known rate', () => {
    // Each event is found with probability 0.7, without false alarms: the true F1 is 1.4 / 1.7.
    const inside = Array.from({ length: 100 }, (_, sample) => {
      const next = mulberry32(sample);
      const found = Array.from({ length: 40 }, () => next() < 0.7 * 2 ** 32);
      const predictions = predict((event) => found[event] === true);
      const { low, high } = bootstrapInterval(predictions, labels, options, {
        seed: sample,
        resamples: 400,
        blockReadings: 30,
      });
      return low <= 1.4 / 1.7 && 1.4 / 1.7 <= high;
    }).filter(Boolean).length;
    expect(inside).toBeGreaterThanOrEqual(86);
    expect(inside).toBeLessThan(100);
  });
});

describe('the paired difference', () => {
  const differ = (first: string, second: string) =>
    pairedDifference(first, second, labels, options, { seed: 3 });

  it('tells programs apart that differ much, and says which is better', () => {
    expect(differ(most, half)).toMatchObject({ distinguishable: true });
    expect(differ(most, half).low).toBeGreaterThan(0);
    expect(differ(half, most).high).toBeLessThan(0);
  });

  it('cannot tell a program from itself', () => {
    expect(differ(half, half)).toEqual({ difference: 0, low: 0, high: 0, distinguishable: false });
  });

  it('turns its sign with the order, and is the difference of the scores', () => {
    const seeds = fc.tuple(fc.nat(), fc.nat());
    fc.assert(
      fc.property(seeds, ([a, b]) => {
        const guess = (seed: number) => {
          const next = mulberry32(seed);
          const draws = Array.from({ length: rows }, () => next() / 2 ** 32);
          const wrong = (row: number) => draws[row]! < 0.3;
          return predict((event) => draws[event]! < 0.5, wrong);
        };
        const [first, second] = [guess(a), guess(b)];
        const run = (left: string, right: string) =>
          pairedDifference(left, right, labels, options, { seed: 3, resamples: 50 });
        const forward = run(first, second);
        expect(run(second, first).difference).toBe(-forward.difference + 0);
        const scores = [first, second].map((one) => scoreEvents(one, labels, options).score);
        expect(forward.difference).toBeCloseTo(scores[0]! - scores[1]!, 5);
        expect(forward.low).toBeLessThanOrEqual(forward.high);
      }),
      { numRuns: 15 },
    );
  });

  it('tells apart what two separate intervals do not', () => {
    // The second program misses what the first misses, and a few events more.
    const fewer = predict((event) => inHalf(event) && event % 4 !== 0);
    const first = bootstrapInterval(half, labels, options, { seed: 3 });
    const second = bootstrapInterval(fewer, labels, options, { seed: 3 });
    expect(second.high).toBeGreaterThan(first.low);
    expect(differ(half, fewer).distinguishable).toBe(true);
  });
});

it.each([{ seed: -1 }, { seed: 1.5 }, { seed: 0, resamples: 0 }, { seed: 0, blockReadings: 0 }])(
  'refuses %j',
  (bootstrap) => {
    expect(() => bootstrapInterval(half, labels, options, bootstrap)).toThrow(EventScoreError);
  },
);
