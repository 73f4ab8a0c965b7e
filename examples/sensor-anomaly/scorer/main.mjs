// Made by examples/sensor-anomaly/scorer/build.ts: change the sources, run it again.

// From src/verify/event-f1-rows.ts

/**
 * Says which file is wrong, where and how. `line` counts from 1 and is absent where no single line
 * is to blame. Neither message nor code ever repeats a value from the files: predictions are
 * written by an untrusted program.
 */
export class EventScoreError extends Error {
  code;
  file;
  line;

  constructor(code, file, message, line) {
    super(line === undefined ? `${file}: ${message}` : `${file}, line ${line}: ${message}`);
    this.name = 'EventScoreError';
    this.code = code;
    this.file = file;
    this.line = line;
  }
}

const predictionsHeader = 'row,flag,score';
const labelsHeader = 'row,mote_id,label,event_id,kind';
const rowsMax = 1_000_000;
const fileCharactersMax = 100_000_000;

const rowPattern = /^(?:0|[1-9][0-9]{0,8})$/;
const scorePattern =
  /^[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?$/;
const namePattern = /^[A-Za-z0-9._-]{1,64}$/;

function readLines(text, file, header) {
  if (text.length > fileCharactersMax) {
    throw new EventScoreError('file_too_large', file, `at most ${fileCharactersMax} characters`);
  }
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  if (lines[0] !== header) {
    throw new EventScoreError('header_wrong', file, `the first line must be "${header}"`, 1);
  }
  if (lines.length - 1 > rowsMax) {
    throw new EventScoreError('file_too_large', file, `at most ${rowsMax} rows`);
  }
  const width = header.split(',').length;
  const seen = new Set();
  return lines.slice(1).map((line, index) => {
    const number = index + 2;
    const fields = line.split(',');
    const [rowText = ''] = fields;
    if (fields.length !== width) {
      throw new EventScoreError('fields_wrong', file, `expected ${width} fields`, number);
    }
    if (!rowPattern.test(rowText)) {
      throw new EventScoreError('row_wrong', file, 'row must be a whole number from 0', number);
    }
    const row = Number(rowText);
    if (seen.has(row)) {
      throw new EventScoreError('row_repeated', file, 'a row appears twice', number);
    }
    seen.add(row);
    return { number, row, fields };
  });
}

function readFlags(predictionsCsv) {
  const flags = new Map();
  for (const { number, row, fields } of readLines(
    predictionsCsv,
    'predictions',
    predictionsHeader,
  )) {
    const [, flag = '', score = ''] = fields;
    if (flag !== '0' && flag !== '1') {
      throw new EventScoreError('flag_wrong', 'predictions', 'flag must be 0 or 1', number);
    }
    if (!scorePattern.test(score) || !Number.isFinite(Number(score))) {
      throw new EventScoreError(
        'score_wrong',
        'predictions',
        'score must be a finite number',
        number,
      );
    }
    flags.set(row, { flag: flag === '1', line: number });
  }
  return flags;
}

function readLabels(labelsCsv) {
  const labels = readLines(labelsCsv, 'labels', labelsHeader).map(({ number, row, fields }) => {
    const [, moteId = '', label = '', eventId = '', kind = ''] = fields;
    if (!namePattern.test(moteId)) {
      throw new EventScoreError('label_wrong', 'labels', 'mote_id must be a short name', number);
    }
    const named = namePattern.test(eventId) && namePattern.test(kind);
    const bare = eventId === '' && kind === '';
    if (!(label === '1' && named) && !(label === '0' && bare)) {
      const rule = 'label 1 has event_id and kind, label 0 has neither';
      throw new EventScoreError('label_wrong', 'labels', rule, number);
    }
    return { row, moteId, eventId, kind };
  });
  return labels.sort((a, b) => a.row - b.row);
}

/** An event is one unbroken run of readings of one mote, of one kind. */
function checkEvents(motes) {
  const closed = new Set();
  for (const { eventIds, kinds } of motes) {
    for (const [index, eventId] of eventIds.entries()) {
      const goesOn = eventId === eventIds[index - 1] && kinds[index] === kinds[index - 1];
      if (eventId === '' || goesOn) continue;
      if (closed.has(eventId)) {
        const rule = 'the readings of an event follow each other on one mote and are of one kind';
        throw new EventScoreError('event_wrong', 'labels', rule);
      }
      closed.add(eventId);
    }
  }
}

/**
 * Joins predictions (`row,flag,score`) and labels (`row,mote_id,label,event_id,kind`) by row and
 * orders them by mote and row, whatever the order of the lines. Fields are never quoted. Throws
 * `EventScoreError`.
 */
export function readMotes(predictionsCsv, labelsCsv) {
  const flags = readFlags(predictionsCsv);
  const motes = new Map();
  for (const { row, moteId, eventId, kind } of readLabels(labelsCsv)) {
    const prediction = flags.get(row);
    if (prediction === undefined) {
      throw new EventScoreError('row_missing', 'predictions', 'a row of the features has no line');
    }
    flags.delete(row);
    const mote = motes.get(moteId) ?? { moteId, flags: [], eventIds: [], kinds: [] };
    motes.set(moteId, mote);
    mote.flags.push(prediction.flag);
    mote.eventIds.push(eventId);
    mote.kinds.push(kind);
  }
  for (const { line } of flags.values()) {
    throw new EventScoreError('row_unknown', 'predictions', 'no such row in the features', line);
  }
  const joined = [...motes.values()];
  checkEvents(joined);
  return joined;
}

// From src/verify/event-f1.ts

const spanReadingsMax = 1_000_000;

function checkOptions({ latencyReadings, mergeGapReadings }) {
  for (const readings of [latencyReadings, mergeGapReadings]) {
    if (!Number.isInteger(readings) || readings < 0 || readings > spanReadingsMax) {
      const rule = `latency and merge gap are whole numbers, 0 to ${spanReadingsMax}`;
      throw new EventScoreError('options_invalid', 'options', rule);
    }
  }
}

function eventSpans(eventIds) {
  const spans = [];
  for (const [index, eventId] of eventIds.entries()) {
    const open = spans.at(-1);
    if (eventId === '') continue;
    if (open !== undefined && eventId === eventIds[index - 1]) open.end = index;
    else spans.push({ start: index, end: index });
  }
  return spans;
}

function tallyMote(mote, options) {
  const { latencyReadings, mergeGapReadings } = options;
  const forgiven = mote.flags.map(() => false);
  const events = eventSpans(mote.eventIds).map(({ start, end }) => {
    forgiven.fill(true, start, end + latencyReadings + 1);
    const found = mote.flags.slice(start, start + latencyReadings + 1).includes(true);
    const eventId = mote.eventIds[start] ?? '';
    return { eventId, kind: mote.kinds[start] ?? '', moteId: mote.moteId, start, found };
  });
  const falseAlarms = [];
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
export function tallyEvents(predictionsCsv, labelsCsv, options) {
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
export function eventF1(eventsTrue, eventsFound, falseAlarms) {
  return { numerator: 2 * eventsFound, denominator: eventsTrue + eventsFound + falseAlarms };
}

/**
 * A ratio to six decimals, half to even, by long division in whole numbers, so that every engine
 * gives the same digits. 0/0 is 1. The parts stay below 2^53 / 10 in size, and |numerator| ≤
 * denominator.
 */
export function roundRatio({ numerator, denominator }) {
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
export function scoreEvents(predictionsCsv, labelsCsv, options) {
  const tally = tallyEvents(predictionsCsv, labelsCsv, options);
  const eventsTrue = tally.events.length;
  const eventsFound = tally.events.filter((event) => event.found).length;
  const falseAlarms = tally.falseAlarms.length;
  const claimed = eventsFound + falseAlarms;
  const silent = eventsTrue === 0 && claimed === 0;
  const share = (denominator) =>
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

// From src/verify/mulberry32.ts

/**
 * mulberry32 (Tommy Ettinger, public domain): a whole number, 0 to 2^32 − 1, at each call.
 * Whole-number arithmetic only, so that one seed gives one sequence in every engine.
 */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

// From src/verify/event-f1-bootstrap.ts

const resamplesDefault = 1_000;
const blockReadingsDefault = 60;

function checkBootstrap({ seed, resamples, blockReadings }) {
  const whole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
  const valid =
    whole(seed, 0, 0xffffffff) && whole(resamples, 1, 10_000) && whole(blockReadings, 1, 1_000_000);
  if (!valid) {
    const rule = 'seed is 0 to 2^32 - 1, resamples 1 to 10000, blockReadings 1 to 1000000';
    throw new EventScoreError('options_invalid', 'options', rule);
  }
}

function countBlocks(tally, blockReadings) {
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

function scoreDraw(blocks, draw) {
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
function resample(blockCount, { seed, resamples }, ratioOf) {
  const next = mulberry32(seed);
  // Multiply and shift: below 2^53, and without the division's remainder that a modulo would skew.
  const drawBlock = () => Math.floor((next() * blockCount) / 0x100000000);
  return Array.from({ length: resamples }, () =>
    ratioOf(Array.from({ length: blockCount }, drawBlock)),
  );
}

const settled = ({ numerator, denominator }) =>
  denominator === 0 ? { numerator: 1, denominator: 1 } : { numerator, denominator };

function percentileInterval(ratios) {
  // Division is correctly rounded, so it never turns the order of two ratios round.
  const size = ({ numerator, denominator }) => numerator / denominator;
  const sorted = ratios.map(settled).sort((a, b) => size(a) - size(b));
  const at = (position) =>
    roundRatio(sorted[Math.max(0, position - 1)] ?? { numerator: 0, denominator: 1 });
  return {
    low: at(Math.ceil((sorted.length * 25) / 1_000)),
    high: at(Math.ceil((sorted.length * 975) / 1_000)),
  };
}

function withDefaults(bootstrap) {
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
export function bootstrapInterval(predictionsCsv, labelsCsv, options, bootstrap) {
  const complete = withDefaults(bootstrap);
  const tally = tallyEvents(predictionsCsv, labelsCsv, options);
  const blocks = countBlocks(tally, complete.blockReadings);
  return percentileInterval(resample(blocks.length, complete, (draw) => scoreDraw(blocks, draw)));
}

function subtract(first, second) {
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
export function pairedDifference(firstCsv, secondCsv, labelsCsv, options, bootstrap) {
  const complete = withDefaults(bootstrap);
  const first = tallyEvents(firstCsv, labelsCsv, options);
  const second = tallyEvents(secondCsv, labelsCsv, options);
  const firstBlocks = countBlocks(first, complete.blockReadings);
  const secondBlocks = countBlocks(second, complete.blockReadings);
  const everyBlock = firstBlocks.map((_, index) => index);
  const compare = (draw) => subtract(scoreDraw(firstBlocks, draw), scoreDraw(secondBlocks, draw));
  const interval = percentileInterval(resample(firstBlocks.length, complete, compare));
  return {
    difference: roundRatio(compare(everyBlock)),
    ...interval,
    distinguishable: interval.low > 0 || interval.high < 0,
  };
}

// From examples/sensor-anomaly/settings.ts

/** Seed of the injected faults and losses, and of the bootstrap. */
export const preparationSeed = 20_261_123;

/**
 * An event counts if it is flagged within 90 s of its start; a false alarm covers the minute after
 * its first flag (5 s a reading).
 */
export const scoreOptions = { latencyReadings: 18, mergeGapReadings: 12 };

export const bootstrapOptions = {
  seed: preparationSeed,
  resamples: 1_000,
  blockReadings: 60,
};

// From examples/sensor-anomaly/scorer/main.ts

/**
 * Scores predictions against labels and writes `scores.json`: the members of `scoreEvents` and
 * `interval`. Throws `EventScoreError` for malformed files, and writes nothing then.
 */
export default async function main({ readText, write, options }) {
  const predictions = await readText('predictions');
  const labels = await readText('labels');
  const rules = { ...scoreOptions, ...options };
  const score = scoreEvents(predictions, labels, rules);
  const draws = { ...bootstrapOptions, ...options };
  const interval = bootstrapInterval(predictions, labels, rules, draws);
  await write('scores.json', `${JSON.stringify({ ...score, interval })}\n`);
}
