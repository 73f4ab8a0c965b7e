/** The leaderboard as a pure function of what was scored. */

type Interval = { low: number; high: number };

/** One submission as the leaderboard sees it. */
export type Entry = {
  submissionId: string;
  /** Null for a baseline. */
  teamId: string | null;
  baseline: boolean;
  receivedAt: Date;
  state: 'evaluating' | 'scored' | 'failed' | 'withdrawn';
  /** On hidden data; null unless scored. */
  score: number | null;
  interval: Interval | null;
  revisionDigest: string;
  optionsDigest: string;
};

export type Rules = {
  direction: 'higher' | 'lower';
  /** Digits after the point that are shown, and that decide a tie. */
  digits: number;
  /** Which of a team's scored submissions stands for it. */
  counts: 'best' | 'last';
};

export type Row = {
  submissionId: string;
  teamId: string | null;
  baseline: boolean;
  /** 1 is best; equal at the shown digits is equal; null for baselines and for who has no score. */
  rank: number | null;
  /** Rounded to the shown digits; null: no score. */
  score: number | null;
  interval: Interval | null;
  /** The rank is shared with another row. */
  tied: boolean;
  /** Better-placed ranked submissions that its bootstrap interval does not set it apart from. */
  notApartFrom: string[];
  /** The earliest submission with the same revision and options, by whomever. */
  duplicateOf: string | null;
  /** Submissions of the team in all. */
  submissions: number;
};

/**
 * One row a team and one a baseline. Ranked by the score at the shown digits, then listed by who came first;
 * baselines stand at their score's place without a rank; who has no score comes last.
 */
export function leaderboardOf(entries: readonly Entry[], rules: Rules): Row[] {
  const inOrder = [...entries].sort(
    (left, right) =>
      left.receivedAt.getTime() - right.receivedAt.getTime() ||
      (left.submissionId < right.submissionId ? -1 : 1),
  );
  const firsts = new Map<string, string>();
  for (const entry of inOrder) {
    const key = contentOf(entry);
    if (!firsts.has(key)) firsts.set(key, entry.submissionId);
  }
  const groups = Map.groupBy(
    inOrder.filter(({ state }) => state !== 'withdrawn'),
    (entry) => entry.teamId ?? entry.submissionId,
  );
  const standing = [...groups.values()].map((group) => ({
    entry: representativeOf(group, rules),
    submissions: group.length,
  }));
  const rows = standing
    .sort((left, right) => compare(left.entry, right.entry, rules))
    .map(({ entry, submissions }): Row => {
      const first = firsts.get(contentOf(entry));
      return {
        submissionId: entry.submissionId,
        teamId: entry.teamId,
        baseline: entry.baseline,
        rank: null,
        score: entry.score === null ? null : rounded(entry.score, rules.digits),
        interval: entry.interval && {
          low: rounded(entry.interval.low, rules.digits),
          high: rounded(entry.interval.high, rules.digits),
        },
        tied: false,
        notApartFrom: [],
        duplicateOf: first === entry.submissionId ? null : (first ?? null),
        submissions,
      };
    });
  rank(rows);
  return rows;
}

function contentOf({ revisionDigest, optionsDigest }: Entry): string {
  return `${revisionDigest} ${optionsDigest}`;
}

// The submissions of one team, in the order in which they came.
function representativeOf(group: readonly Entry[], rules: Rules): Entry {
  const scored = group.filter(({ score }) => score !== null);
  const [first] = rules.counts === 'best' ? [...scored].sort(byScore(rules)) : scored.toReversed();
  const chosen = first ?? group.at(-1);
  if (!chosen) throw new Error('a group has at least one entry');
  return chosen;
}

function byScore({ direction, digits }: Rules) {
  const sign = direction === 'higher' ? -1 : 1;
  // Sorting is stable, so among equals the earliest stays first.
  return (left: Entry, right: Entry): number =>
    sign * (rounded(left.score ?? 0, digits) - rounded(right.score ?? 0, digits));
}

function compare(left: Entry, right: Entry, rules: Rules): number {
  if (left.score === null || right.score === null) {
    return Number(left.score === null) - Number(right.score === null) || byArrival(left, right);
  }
  return byScore(rules)(left, right) || byArrival(left, right);
}

function byArrival(left: Entry, right: Entry): number {
  return (
    left.receivedAt.getTime() - right.receivedAt.getTime() ||
    (left.submissionId < right.submissionId ? -1 : 1)
  );
}

// Ranks as in sport: 1, 2, 2, 4.
function rank(rows: Row[]): void {
  const ranked = rows.filter((row) => !row.baseline && row.score !== null);
  for (const [place, row] of ranked.entries()) {
    const before = ranked[place - 1];
    const equal = before !== undefined && before.score === row.score;
    row.rank = equal ? before.rank : place + 1;
    if (equal) {
      row.tied = true;
      before.tied = true;
    }
    row.notApartFrom = ranked
      .slice(0, place)
      .filter((better) => overlap(better.interval, row.interval))
      .map(({ submissionId }) => submissionId);
  }
}

function overlap(left: Interval | null, right: Interval | null): boolean {
  return left !== null && right !== null && left.low <= right.high && right.low <= left.high;
}

/** A number at so many digits after the point, half away from zero as people round. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  // toPrecision first: 1.005 * 100 is 100.49999999999999.
  const scaled = Number((Math.abs(value) * scale).toPrecision(15));
  const result = Math.round(scaled) / scale;
  return value < 0 && result > 0 ? -result : result;
}
