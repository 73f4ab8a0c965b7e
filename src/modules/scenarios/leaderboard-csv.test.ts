import { expect, it } from 'vitest';
import type { LeaderboardView } from './contract.ts';
import { leaderboardCsv } from './leaderboard-csv.ts';

it('quotes what needs it, and lets no name become a formula', () => {
  const row = {
    ...{ submissionId: 's', teamId: 't', baseline: false, rank: 1, score: 0.5, interval: null },
    ...{ tied: false, notApartFrom: [], duplicateOf: null, state: 'scored' as const, reason: null },
    ...{ receivedAt: '2026-11-23T00:00:00.000Z', submissions: 1, revisionDigest: 'd' },
    ...{ scoreFactId: null, rankBefore: null, own: false },
  };
  const names = ['=cmd|calc', '+1', '@x', 'a,"b"', '-1\n2', '队'];
  const board = {
    ...{ callId: 'c', state: 'open', counts: 'best', at: '', simulated: null },
    metric: { name: { zh: '', en: '' }, direction: 'higher', precision: 2 },
    rows: names.map((name) => ({ ...row, name: { zh: name, en: name } })),
  } as LeaderboardView;
  const text = leaderboardCsv(board, 'zh');
  expect(text.startsWith('\uFEFF名次,')).toBe(true);
  const cells = text
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.slice(2, line.indexOf(',0,0.50')));
  expect(cells).toEqual(["'=cmd|calc", "'+1", "'@x", '"a,""b"""', '"\'-1\n2"', '队']);
});
