import {
  type EventRatio,
  type EventScoreOptions,
  type EventTally,
  eventF1,
  roundRatio,
  tallyEvents,
} from './event-f1.ts';
import { EventScoreError } from './event-f1-rows.ts';
import { mulberry32 } from './mulberry32.ts';

export type BootstrapOptions = {
  /** Whole number, 0 to 2^32 − 1. */
  readonly seed: number;
  /** 1 to 10,000. */
  readonly resamples?: number;
  /** 1 to 1,000,000. 60 readings are 5 minutes at 5 s a reading. */
  readonly blockReadings?: number;
};

/** A 95 % interval, rounded half to even at the sixth decimal. */
export type ScoreInterval = { readonly low: number; readonly high: number };

export type ScoreDifference = ScoreInterval & {
  /** Score of the first less score of the second. */
  readonly difference: number;
  /** False where the interval holds 0: the two cannot be told apart. */
  readonly distinguishable: boolean;
};

type BlockCounts = { eventsTrue: number; eventsFound: number; falseAlarms: number };

const resamplesDefault = 1_000;
const blockReadingsDefault = 60;

function checkBootstrap({ seed, resamples, blockReadings }: Required<BootstrapOptions>): void {
  const whole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  const valid =
    whole(seed, 0, 0xffffffff) && whole(resamples, 1, 10_000) && whole(blockReadings, 1, 1_000_000);
  if (!valid) {
    const rule = 'seed is 0 to 2^32 - 1, resamples 1 to 10000, blockReadings 1 to 1000000';
    throw new EventScoreError('options_invalid', 'options', rule);
  }
}

function countBlocks(tally: EventTally, blockReadings: number): BlockCounts[] {
  const blocks = Array.from({ length: Math.ceil(tally.readingsMax / blockReadings) }, () => ({
    eventsTrue: 0,
    eventsFound: 0,
    falseAlarms: 0,
  }));
  for (const { start, found } of tally.events) {
    const block = blocks[Math.floor(start / blockReadings)];
    if (block === undefined) continue;
    block.eventsTrue += 1;
    if (found) block.eventsFound += 1;
  }
  for (const start of tally.falseAlarms) {
    const block = blocks[Math.floor(start / blockReadings)];
    if (block !== undefined) block.falseAlarms += 1;
  }
  return blocks;
}

function scoreDraw(blocks: readonly BlockCounts[], draw: readonly number[]): EventRatio {
  let eventsTrue = 0;
  let eventsFound = 0;
  let falseAlarms = 0;
  for (const index of draw) {
    const block = blocks[index];
    if (block === undefined) continue;
    eventsTrue += block.eventsTrue;
    eventsFound += block.eventsFound;
    falseAlarms += block.falseAlarms;
  }
  return eventF1(eventsTrue, eventsFound, falseAlarms);
}

/** One ratio for each resample; a draw holds the numbers of its blocks. */
function resample(
  blockCount: number,
  { seed, resamples }: Required<BootstrapOptions>,
  ratioOf: (draw: readonly number[]) => EventRatio,
): EventRatio[] {
  const next = mulberry32(seed);
  // Multiply and shift: below 2^53, and without the division's remainder that a modulo would skew.
  const drawBlock = () => Math.floor((next() * blockCount) / 0x100000000);
  return Array.from({ length: resamples }, () =>
    ratioOf(Array.from({ length: blockCount }, drawBlock)),
  );
}

const settled = ({ numerator, denominator }: EventRatio): EventRatio =>
  denominator === 0 ? { numerator: 1, denominator: 1 } : { numerator, denominator };

function percentileInterval(ratios: readonly EventRatio[]): ScoreInterval {
  // Division is correctly rounded, so it never turns the order of two ratios round.
  const size = ({ numerator, denominator }: EventRatio) => numerator / denominator;
  const sorted = ratios.map(settled).sort((a, b) => size(a) - size(b));
  const at = (position: number) =>
    roundRatio(sorted[Math.max(0, position - 1)] ?? { numerator: 0, denominator: 1 });
  return {
    low: at(Math.ceil((sorted.length * 25) / 1_000)),
    high: at(Math.ceil((sorted.length * 975) / 1_000)),
  };
}

function withDefaults(bootstrap: BootstrapOptions): Required<BootstrapOptions> {
  const { seed, resamples = resamplesDefault, blockReadings = blockReadingsDefault } = bootstrap;
  const complete = { seed, resamples, blockReadings };
  checkBootstrap(complete);
  return complete;
}

/**
 * The 95 % interval of `scoreEvents` on the same files, by block bootstrap (Künsch 1989; percentile
 * interval: Efron and Tibshirani 1993, chapter 13).
 *
 * The span is cut into consecutive blocks of `blockReadings` readings, the same for all motes, so
 * that what happens to several motes at once stays together. An event belongs to the block in which
 * it starts, a false alarm to the one in which it opens. A resample draws as many blocks as there
 * are, with replacement, and adds up their counts. Of the n sorted resampled scores, `low` is the
 * ⌈0.025 n⌉-th and `high` the ⌈0.975 n⌉-th. Draws come from mulberry32, in whole numbers, so that
 * the same seed gives the same interval in every engine. Throws `EventScoreError`.
 */
export function bootstrapInterval(
  predictionsCsv: string,
  labelsCsv: string,
  options: EventScoreOptions,
  bootstrap: BootstrapOptions,
): ScoreInterval {
  const complete = withDefaults(bootstrap);
  const tally = tallyEvents(predictionsCsv, labelsCsv, options);
  const blocks = countBlocks(tally, complete.blockReadings);
  return percentileInterval(resample(blocks.length, complete, (draw) => scoreDraw(blocks, draw)));
}

function subtract(first: EventRatio, second: EventRatio): EventRatio {
  const [a, b] = [settled(first), settled(second)];
  return {
    numerator: a.numerator * b.denominator - b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

/**
 * Difference of two programs' scores on the same labels with its 95 % interval, both scored on the
 * same resamples, which tells apart more than two separate intervals do. Throws `EventScoreError`.
 */
export function pairedDifference(
  firstCsv: string,
  secondCsv: string,
  labelsCsv: string,
  options: EventScoreOptions,
  bootstrap: BootstrapOptions,
): ScoreDifference {
  const complete = withDefaults(bootstrap);
  const first = tallyEvents(firstCsv, labelsCsv, options);
  const second = tallyEvents(secondCsv, labelsCsv, options);
  const firstBlocks = countBlocks(first, complete.blockReadings);
  const secondBlocks = countBlocks(second, complete.blockReadings);
  const everyBlock = firstBlocks.map((_, index) => index);
  const compare = (draw: readonly number[]) =>
    subtract(scoreDraw(firstBlocks, draw), scoreDraw(secondBlocks, draw));
  const interval = percentileInterval(resample(firstBlocks.length, complete, compare));
  return {
    difference: roundRatio(compare(everyBlock)),
    ...interval,
    distinguishable: interval.low > 0 || interval.high < 0,
  };
}
