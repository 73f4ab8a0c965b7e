import * as z from 'zod';

/** Name of the one output of a scorer, and the largest that is read. */
export const scoresName = 'scores.json';
export const scoresBytesMax = 65_536;

const finite = z.number().min(-1e15).max(1e15);
const share = z.number().min(0).max(1);
const count = z.number().int().min(0).max(1e9);

/**
 * What a scorer writes. Only `score` must be there; a member that is not declared here is refused,
 * so that nothing travels in it.
 */
const written = z
  .strictObject({
    score: finite,
    precision: share.nullish(),
    recall: share.nullish(),
    eventsTrue: count.nullish(),
    eventsFound: count.nullish(),
    falseAlarms: count.nullish(),
    interval: z.strictObject({ low: finite, high: finite }).nullish(),
  })
  .refine(({ interval }) => !interval || interval.low <= interval.high, 'interval upside down')
  .refine(
    ({ eventsTrue, eventsFound }) => (eventsFound ?? 0) <= (eventsTrue ?? Number.POSITIVE_INFINITY),
    'more events found than there are',
  );

type Interval = { low: number; high: number };

/** Scores as recorded; null where the scorer does not say. */
export type Scores = {
  score: number;
  precision: number | null;
  recall: number | null;
  eventsTrue: number | null;
  eventsFound: number | null;
  falseAlarms: number | null;
  interval: Interval | null;
};

/** Which of the scores an evaluation is ranked by. */
export const scorePointers = ['/score', '/precision', '/recall'] as const;
export type ScorePointer = (typeof scorePointers)[number];

/**
 * Reads `scores.json` strictly: JSON in UTF-8, declared members, finite numbers in their ranges.
 * Null where anything is wrong; what it was is for nobody to read, since a scorer's text may repeat
 * hidden data.
 */
export function readScores(text: string, pointer: ScorePointer): Scores | null {
  const checked = written.safeParse(parsed(text));
  if (!checked.success) return null;
  const { precision = null, recall = null, interval = null, ...counts } = checked.data;
  const ranked = { '/score': counts.score, '/precision': precision, '/recall': recall }[pointer];
  if (ranked === null) return null;
  return {
    score: positiveZero(ranked),
    precision,
    recall,
    eventsTrue: counts.eventsTrue ?? null,
    eventsFound: counts.eventsFound ?? null,
    falseAlarms: counts.falseAlarms ?? null,
    interval: interval && {
      low: positiveZero(interval.low),
      high: positiveZero(interval.high),
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// -0 is no value that JSON keeps.
const positiveZero = (value: number) => value + 0;

/**
 * What may be told of scores while they are sealed: the score and its interval at so many digits
 * after the point, and nothing else. At `d` digits a score between 0 and 1 says less than 3.33 d +
 * 1 bits, so the calls of a team can draw at most that many times its number of submissions out of
 * the hidden labels.
 */
export function shownScores(scores: Scores, digits: number): Scores {
  const { score, interval } = scores;
  return {
    score: roundTo(score, digits),
    precision: null,
    recall: null,
    eventsTrue: null,
    eventsFound: null,
    falseAlarms: null,
    interval: interval && {
      low: roundTo(interval.low, digits),
      high: roundTo(interval.high, digits),
    },
  };
}

/** A number at so many digits after the point, half away from zero. */
export function roundTo(value: number, digits: number): number {
  const scale = 10 ** digits;
  // toPrecision first: 1.005 * 100 is 100.49999999999999.
  const scaled = Number((Math.abs(value) * scale).toPrecision(15));
  const size = Math.round(scaled) / scale;
  return value < 0 && size > 0 ? -size : size;
}

/** As `Scores`, from a database or fact; throws where it is none. */
export const scoresEntity = z.object({
  score: z.number(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  eventsTrue: z.number().int().nullable(),
  eventsFound: z.number().int().nullable(),
  falseAlarms: z.number().int().nullable(),
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
});
