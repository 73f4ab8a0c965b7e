import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Entry, leaderboardOf, type Rules, rounded } from './leaderboard.ts';

const rules: Rules = { direction: 'higher', digits: 3, counts: 'best' };

function entry(submissionId: string, changes: Partial<Entry>): Entry {
  return {
    submissionId,
    teamId: `team ${submissionId}`,
    baseline: false,
    receivedAt: new Date(0),
    state: changes.score === null ? 'failed' : 'scored',
    score: 0.5,
    interval: null,
    revisionDigest: submissionId,
    optionsDigest: 'none',
    ...changes,
  };
}

const entries = fc
  .array(
    fc.record({
      team: fc.nat(6),
      baseline: fc.boolean(),
      at: fc.nat(50),
      score: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 4 }),
      width: fc.option(fc.double({ min: 0, max: 0.1, noNaN: true })),
      content: fc.nat(5),
    }),
    { maxLength: 30 },
  )
  .map((items) =>
    items.map((item, index): Entry => {
      const { score, width } = item;
      return entry(`s${String(index).padStart(2, '0')}`, {
        teamId: item.baseline ? null : `team${item.team}`,
        baseline: item.baseline,
        receivedAt: new Date(item.at),
        score,
        interval:
          score === null || width === null ? null : { low: score - width, high: score + width },
        revisionDigest: `content${item.content}`,
      });
    }),
  );
const anyRules = fc.record({
  direction: fc.constantFrom('higher' as const, 'lower' as const),
  digits: fc.nat(6),
  counts: fc.constantFrom('best' as const, 'last' as const),
});

it('has one row a team, ranked by the shown score, who has none last, whatever the order of entries', () => {
  fc.assert(
    fc.property(entries, anyRules, fc.infiniteStream(fc.nat()), (given, chosen, noise) => {
      const rows = leaderboardOf(given, chosen);
      const teams = given.flatMap(({ teamId }) => (teamId === null ? [] : [teamId]));
      const shown = rows.flatMap(({ teamId }) => (teamId === null ? [] : [teamId]));
      expect([...shown].sort()).toEqual([...new Set(teams)].sort());

      const scores = rows.map(({ score }) => score);
      const firstWithout = scores.indexOf(null);
      if (firstWithout >= 0) {
        expect(scores.slice(firstWithout).every((score) => score === null)).toBe(true);
      }
      const sign = chosen.direction === 'higher' ? -1 : 1;
      const numbers = scores.filter((score) => score !== null);
      expect(numbers).toEqual([...numbers].sort((a, b) => sign * (a - b)));

      const ranked = rows.filter(({ rank }) => rank !== null);
      for (const [place, row] of ranked.entries()) {
        expect(row.baseline).toBe(false);
        const better = ranked.filter(({ score }) => sign * (score! - row.score!) < 0).length;
        expect(row.rank).toBe(better + 1);
        const equals = ranked.filter(({ score }) => score === row.score).length;
        expect(row.tied).toBe(equals > 1);
        expect(
          row.notApartFrom.every((id) => ranked.slice(0, place).some((r) => r.submissionId === id)),
        ).toBe(true);
      }
      const shuffled = given
        .map((item) => ({ item, key: noise.next().value! }))
        .sort((a, b) => a.key - b.key)
        .map(({ item }) => item);
      expect(leaderboardOf(shuffled, chosen)).toEqual(rows);
    }),
  );
});

it('counts the best or the last of a team, and never an unscored one before a scored one', () => {
  const given = [
    entry('a', { teamId: 't', score: 0.7, receivedAt: new Date(1) }),
    entry('b', { teamId: 't', score: 0.4, receivedAt: new Date(2) }),
    entry('c', { teamId: 't', score: null, receivedAt: new Date(3) }),
  ];
  expect(leaderboardOf(given, rules)[0]).toMatchObject({ submissionId: 'a', submissions: 3 });
  expect(leaderboardOf(given, { ...rules, counts: 'last' })[0]?.submissionId).toBe('b');
});

it('says which rows are equal, cannot be told apart, or were handed in before', () => {
  const rows = leaderboardOf(
    [
      entry('a', { score: 0.9, interval: { low: 0.85, high: 0.95 } }),
      entry('b', { score: 0.9004, interval: { low: 0.8, high: 0.92 }, receivedAt: new Date(1) }),
      entry('c', { score: 0.6, interval: { low: 0.5, high: 0.7 }, revisionDigest: 'a' }),
      entry('base', { score: 0.7, baseline: true, teamId: null }),
      entry('d', { score: null }),
    ],
    rules,
  );
  expect(rows.map(({ submissionId, rank, tied }) => [submissionId, rank, tied])).toEqual([
    ['a', 1, true],
    ['b', 1, true],
    ['base', null, false],
    ['c', 3, false],
    ['d', null, false],
  ]);
  expect(rows[1]?.notApartFrom).toEqual(['a']);
  expect(rows[3]).toMatchObject({ notApartFrom: [], duplicateOf: 'a' });
});

it('rounds as people do', () => {
  expect(rounded(1.005, 2)).toBe(1.01);
  expect(rounded(0.12345, 4)).toBe(0.1235);
  expect(rounded(-0.0004, 3)).toBe(0);
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.nat(6), (value, digits) => {
      expect(Math.abs(rounded(value, digits) - value)).toBeLessThanOrEqual(
        0.5 / 10 ** digits + 1e-8,
      );
    }),
  );
});
