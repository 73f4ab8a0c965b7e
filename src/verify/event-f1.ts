import { EventScoreError, type MoteReadings, readMotes } from './event-f1-rows.ts';

/** How long an event may be found, and how far one false alarm reaches; see `scoreEvents`. */
export type EventScoreOptions = {
  /** L, in readings of the mote. */
  readonly latencyReadings: number;
  /** G, in readings of the mote. */
  readonly mergeGapReadings: number;
};

/**
 * `score`, `precision` and `recall` are exact ratios, rounded half to even at the sixth decimal.
 */
export type EventScore = {
  readonly score: number;
  readonly precision: number;
  readonly recall: number;
  readonly eventsTrue: number;
  readonly eventsFound: number;
  readonly falseAlarms: number;
};

type TalliedEvent = {
  readonly eventId: string;
  readonly kind: string;
  readonly moteId: string;
  readonly start: number;
  readonly found: boolean;
};

/**
 * Where each event starts and each false alarm opens, as the position of the reading on its mote,
 * from 0.
 */
export type EventTally = {
  /** Readings of the mote that has most of them. */
  readonly readingsMax: number;
  readonly events: readonly TalliedEvent[];
  readonly falseAlarms: readonly number[];
};

/** A ratio of whole numbers; 0/0 stands for "nothing to find, nothing flagged". */
export type EventRatio = { readonly numerator: number; readonly denominator: number };

const spanReadingsMax = 1_000_000;

function checkOptions({ latencyReadings, mergeGapReadings }: EventScoreOptions): void {
  for (const readings of [latencyReadings, mergeGapReadings]) {
    if (!Number.isInteger(readings) || readings < 0 || readings > spanReadingsMax) {
      const rule = `latency and merge gap are whole numbers, 0 to ${spanReadingsMax}`;
      throw new EventScoreError('options_invalid', 'options', rule);
    }
  }
}

function eventSpans(eventIds: readonly string[]): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  for (const [index, eventId] of eventIds.entries()) {
    const open = spans.at(-1);
    if (eventId === '') continue;
    if (open !== undefined && eventId === eventIds[index - 1]) open.end = index;
    else spans.push({ start: index, end: index });
  }
  return spans;
}

function tallyMote(mote: MoteReadings, options: EventScoreOptions) {
  const { latencyReadings, mergeGapReadings } = options;
  const forgiven: boolean[] = mote.flags.map(() => false);
  const events = eventSpans(mote.eventIds).map(({ start, end }) => {
    forgiven.fill(true, start, end + latencyReadings + 1);
    const found = mote.flags.slice(start, start + latencyReadings + 1).includes(true);
    const eventId = mote.eventIds[start] ?? '';
    return { eventId, kind: mote.kinds[start] ?? '', moteId: mote.moteId, start, found };
  });
  const falseAlarms: number[] = [];
  let coveredTo = -1;
  for (const [index, flag] of mote.flags.entries()) {
    if (!flag || forgiven[index] || index <= coveredTo) continue;
    falseAlarms.push(index);
    coveredTo = index + mergeGapReadings;
  }
  return { events, falseAlarms };
}

/**
 * The counts behind the score, with their places, for resampling and for charts. Throws
 * `EventScoreError` for malformed files or options.
 */
export function tallyEvents(
  predictionsCsv: string,
  labelsCsv: string,
  options: EventScoreOptions,
): EventTally {
  checkOptions(options);
  const motes = readMotes(predictionsCsv, labelsCsv);
  const tallies = motes.map((mote) => tallyMote(mote, options));
  return {
    readingsMax: motes.reduce((most, mote) => Math.max(most, mote.flags.length), 0),
    events: tallies.flatMap((tally) => tally.events),
    falseAlarms: tallies.flatMap((tally) => tally.falseAlarms),
  };
}

/** score = 2 found / (true + found + false alarms), not yet divided. */
export function eventF1(eventsTrue: number, eventsFound: number, falseAlarms: number): EventRatio {
  return { numerator: 2 * eventsFound, denominator: eventsTrue + eventsFound + falseAlarms };
}

/**
 * A ratio to six decimals, half to even, by long division in whole numbers, so that every engine
 * gives the same digits. 0/0 is 1. The parts stay below 2^53 / 10 in size, and |numerator| ≤
 * denominator.
 */
export function roundRatio({ numerator, denominator }: EventRatio): number {
  if (denominator === 0) return 1;
  const size = Math.abs(numerator);
  let millionths = Math.floor(size / denominator);
  let rest = size % denominator;
  for (let digit = 0; digit < 6; digit += 1) {
    millionths = millionths * 10 + Math.floor((rest * 10) / denominator);
    rest = (rest * 10) % denominator;
  }
  const above = rest * 2 - denominator;
  if (above > 0 || (above === 0 && millionths % 2 === 1)) millionths += 1;
  return numerator < 0 && millionths > 0 ? -millionths / 1_000_000 : millionths / 1_000_000;
}

/**
 * Event-wise F1 within a latency bound, for flags on the readings of several sensors (motes).
 *
 * Positions are counted in readings of one mote, in the order of `row`; motes are counted apart and
 * added up. With L = `latencyReadings` and G = `mergeGapReadings`, and an event that covers the
 * readings s..e of its mote:
 *
 * - the event is *found* if a flag stands on a reading in s..s+L of that mote (also after e, if e <
 *   s+L);
 * - flags on s..e+L are *forgiven*: they never count as false, whether or not they found the event.
 *   So a late flag earns nothing and costs nothing, nor does the step back to normal at an event's
 *   end;
 * - every other flag is false. Going forward in time, a false flag opens a false alarm, and the
 *   false flags on the next G readings belong to it; the next one after that opens another. That
 *   greedy count is the least number of windows of G+1 readings that cover all false flags,
 *   therefore further false flags never lower it, and an alarm that never ends counts once every
 *   G+1 readings.
 *
 *     precision = found / (found + false alarms)    recall = found / true
 *     score     = 2 found / (true + found + false alarms)        (their harmonic mean)
 *
 * Where nothing was to be found and nothing was flagged, all three are 1; any other 0/0 is 0.
 *
 * Sources: counting events, not readings, is from Hundman et al., "Detecting Spacecraft Anomalies
 * Using LSTMs and Nonparametric Dynamic Thresholding", KDD 2018; the bound on the delay from Ren et
 * al., "Time-Series Anomaly Detection Service at Microsoft", KDD 2019. Different from the first:
 * late flags are forgiven, and a long false alarm counts more than once. Different from the second:
 * a found event counts once, not once for each of its readings. Unlike the Numenta Anomaly
 * Benchmark (Lavin and Ahmad, ICMLA 2015) an early flag within the bound earns no more than a late
 * one.
 *
 * Predictions are a CSV `row,flag,score` with one line for each feature row, labels a CSV
 * `row,mote_id,label,event_id,kind`; lines may come in any order. Throws `EventScoreError`.
 */
export function scoreEvents(
  predictionsCsv: string,
  labelsCsv: string,
  options: EventScoreOptions,
): EventScore {
  const tally = tallyEvents(predictionsCsv, labelsCsv, options);
  const eventsTrue = tally.events.length;
  const eventsFound = tally.events.filter((event) => event.found).length;
  const falseAlarms = tally.falseAlarms.length;
  const claimed = eventsFound + falseAlarms;
  const silent = eventsTrue === 0 && claimed === 0;
  const share = (denominator: number) =>
    denominator === 0 ? Number(silent) : roundRatio({ numerator: eventsFound, denominator });
  return {
    score: roundRatio(eventF1(eventsTrue, eventsFound, falseAlarms)),
    precision: share(claimed),
    recall: share(eventsTrue),
    eventsTrue,
    eventsFound,
    falseAlarms,
  };
}
