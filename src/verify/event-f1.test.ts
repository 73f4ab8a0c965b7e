import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundRatio, scoreEvents, tallyEvents } from './event-f1.ts';
import { EventScoreError } from './event-f1-rows.ts';

type Row = { mote: string; flag: boolean; event: string };

const options = { latencyReadings: 4, mergeGapReadings: 2 };
const predictionsOf = (rows: readonly Row[]) =>
  ['row,flag,score', ...rows.map(({ flag }, row) => `${row},${flag ? 1 : 0},0.5`)].join('\n');
const labelsOf = (rows: readonly Row[]) =>
  [
    'row,mote_id,label,event_id,kind',
    ...rows.map(({ mote, event }, row) => `${row},${mote},${event ? `1,${event},spike` : '0,,'}`),
  ].join('\n');
const score = (rows: readonly Row[], by = options) =>
  scoreEvents(predictionsOf(rows), labelsOf(rows), by);

/**
 * One mote drawn as text: `!` a flag, `a`..`z` an event, `A`..`Z` an event with a flag, `.`
 * nothing.
 */
const draw = (text: string, mote = 'm'): Row[] =>
  [...text].map((sign) => ({
    mote,
    flag: /[!A-Z]/.test(sign),
    event: /[a-z]/i.test(sign) ? `${mote}-${sign.toLowerCase()}` : '',
  }));

/**
 * Two motes with interleaved rows, events and flags at random; at most one event starts every few
 * readings.
 */
const random = fc
  .array(fc.record({ quiet: fc.nat(12), event: fc.nat(6), mote: fc.constantFrom('p', 'q') }), {
    maxLength: 12,
  })
  .chain((pieces) => {
    const rows = pieces.flatMap(({ quiet, event, mote }, index) => [
      ...Array.from({ length: quiet }, () => ({ mote, event: '' })),
      ...Array.from({ length: event }, () => ({ mote, event: `${mote}${index}` })),
      { mote, event: '' },
    ]);
    return fc
      .array(fc.boolean(), { minLength: rows.length, maxLength: rows.length })
      .map((flags) => rows.map((row, index) => ({ ...row, flag: flags[index] === true })));
  });

/** The definition once more, naively: sets of readings, and every window tried. */
function naive(rows: readonly Row[]) {
  let [eventsTrue, eventsFound, falseAlarms] = [0, 0, 0];
  for (const mote of new Set(rows.map((row) => row.mote))) {
    const own = rows.filter((row) => row.mote === mote);
    const events = [...new Set(own.map(({ event }) => event))].filter((event) => event !== '');
    const spans = events.map((event) => ({
      start: own.findIndex((row) => row.event === event),
      end: own.findLastIndex((row) => row.event === event),
    }));
    eventsTrue += spans.length;
    eventsFound += spans.filter(({ start }) =>
      own.some(({ flag }, at) => flag && at >= start && at <= start + options.latencyReadings),
    ).length;
    let wrong = own.flatMap(({ flag }, at) =>
      flag && !spans.some((s) => at >= s.start && at <= s.end + options.latencyReadings)
        ? [at]
        : [],
    );
    while (wrong.length > 0) {
      const first = wrong[0]!;
      wrong = wrong.filter((at) => at > first + options.mergeGapReadings);
      falseAlarms += 1;
    }
  }
  return { eventsTrue, eventsFound, falseAlarms };
}

describe('the event score', () => {
  it.each([
    ['....aaa....', 0, 0, 'silence finds nothing'],
    ['....Aaa....', 1, 0, 'a flag on the first reading'],
    ['....aaa.!..', 1, 0, 'the last reading within the latency, after the event'],
    ['....aaaaaAa', 0, 0, 'a late flag within the event earns and costs nothing'],
    ['....aaa...!', 0, 0, 'nor does one within the latency after its end'],
    ['....a....!.', 0, 1, 'one reading later it is false'],
    ['...!aaa....', 0, 1, 'the reading before the event is false'],
    ['!!!......', 0, 1, 'flags within the gap are one alarm'],
    ['!..!.....', 0, 2, 'the next one opens another'],
    ['!!!!!!!!!', 0, 3, 'an alarm that never ends counts again and again'],
  ])('%s: %i found, %i false (%s)', (text, eventsFound, falseAlarms) => {
    expect(score(draw(text))).toMatchObject({ eventsFound, falseAlarms });
  });

  it('agrees with the definition, mote by mote', () => {
    fc.assert(
      fc.property(random, (rows) => {
        const counts = naive(rows);
        const result = score(rows);
        expect(result).toMatchObject(counts);
        const claimed = counts.eventsTrue + counts.eventsFound + counts.falseAlarms;
        const exact = claimed === 0 ? 1 : (2 * counts.eventsFound) / claimed;
        expect(Math.abs(result.score - exact)).toBeLessThanOrEqual(0.000_000_501);
      }),
    );
  });

  it('does not depend on the order of the lines or on the line ends', () => {
    const shuffle = (text: string, keys: readonly number[]) => {
      const [header = '', ...lines] = text.split('\n');
      const key = (index: number) => keys[index % keys.length] ?? 0;
      const order = [...lines.keys()].sort((a, b) => key(a) - key(b) || b - a);
      return `${[header, ...order.map((index) => lines[index])].join('\r\n')}\r\n`;
    };
    const keys = fc.array(fc.nat(), { minLength: 1 });
    fc.assert(
      fc.property(random, keys, keys, (rows, first, second) => {
        const predictions = shuffle(predictionsOf(rows), first);
        expect(scoreEvents(predictions, shuffle(labelsOf(rows), second), options)).toEqual(
          score(rows),
        );
      }),
    );
  });

  it('is 1 for the labels themselves and 0 for silence', () => {
    fc.assert(
      fc.property(random, (rows) => {
        const perfect = score(rows.map((row) => ({ ...row, flag: row.event !== '' })));
        expect(perfect).toMatchObject({ score: 1, precision: 1, recall: 1 });
        const silent = score(rows.map((row) => ({ ...row, flag: false })));
        const value = silent.eventsTrue === 0 ? 1 : 0;
        expect(silent).toMatchObject({ score: value, precision: value, recall: value });
      }),
    );
  });

  it('never falls with a further flag in time, and never rises with a further false flag', () => {
    fc.assert(
      fc.property(random, fc.nat(), (rows, choice) => {
        if (rows.length === 0) return;
        const at = choice % rows.length;
        const before = score(rows);
        const after = score(
          rows.map((row, index) => (index === at ? { ...row, flag: true } : row)),
        );
        const falseMore = after.falseAlarms - before.falseAlarms;
        expect(falseMore).toBeGreaterThanOrEqual(0);
        expect(after.eventsFound).toBeGreaterThanOrEqual(before.eventsFound);
        if (after.eventsFound === before.eventsFound) {
          expect(after.score).toBeLessThanOrEqual(before.score);
        }
        if (falseMore === 0) expect(after.score).toBeGreaterThanOrEqual(before.score);
      }),
    );
  });

  it('finds an event exactly while its flag shifts within the latency', () => {
    const found = [...Array(12).keys()].filter((shift) => {
      const rows = draw('............').map((row, at) => ({
        ...row,
        event: at === 2 || at === 3 ? 'e' : '',
        flag: at === shift,
      }));
      return score(rows).eventsFound === 1;
    });
    expect(found).toEqual([2, 3, 4, 5, 6]);
  });

  it('gives flags on all rows no more than their windows earn', () => {
    const rows = draw(`${'.'.repeat(300)}aaa${'.'.repeat(300)}`).map((row) => ({
      ...row,
      flag: true,
    }));
    expect(score(rows)).toMatchObject({ eventsFound: 1, falseAlarms: 100 + 99 });
  });

  it('tells which events were found', () => {
    const rows = draw('..a......B..');
    expect(tallyEvents(predictionsOf(rows), labelsOf(rows), options)).toEqual({
      readingsMax: 12,
      events: [
        { eventId: 'm-a', kind: 'spike', moteId: 'm', start: 2, found: false },
        { eventId: 'm-b', kind: 'spike', moteId: 'm', start: 9, found: true },
      ],
      falseAlarms: [],
    });
  });
});

describe('rounding', () => {
  it.each([
    [1, 3, 0.333333],
    [2, 3, 0.666667],
    [1, 2_000_000, 0],
    [3, 2_000_000, 0.000002],
    [5, 2_000_000, 0.000002],
    [-3, 2_000_000, -0.000002],
    [1_999_999, 2_000_000, 1],
    [0, 7, 0],
    [0, 0, 1],
  ])('%i / %i is %d', (numerator, denominator, rounded) => {
    expect(roundRatio({ numerator, denominator })).toBe(rounded);
  });

  it('is half to even in whole numbers', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.integer({ min: 1, max: 10_000_000 }), (a, b) => {
        const [numerator, denominator] = [Math.min(a, b), Math.max(a, b)];
        const [scaled, divisor] = [BigInt(numerator) * 2_000_000n, BigInt(denominator)];
        const below = scaled / divisor / 2n;
        const rest = scaled - below * 2n * divisor;
        const up = rest > divisor || (rest === divisor && below % 2n === 1n);
        const expected = Number(below + (up ? 1n : 0n)) / 1_000_000;
        expect(roundRatio({ numerator, denominator })).toBe(expected);
      }),
    );
  });
});

describe('malformed input', () => {
  const rows = draw('.Aa..!');
  const predictions = predictionsOf(rows);
  const labels = labelsOf(rows);
  const failure = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (error instanceof EventScoreError) return [error.file, error.code, error.line];
      throw error;
    }
    return undefined;
  };

  it.each([
    ['', 'header_wrong', 1],
    [predictions.replace('row,flag', 'flag,row'), 'header_wrong', 1],
    [predictions.replace('2,1,0.5', '2,1'), 'fields_wrong', undefined],
    [predictions.replace('1,1,0.5', '1,1'), 'fields_wrong', 3],
    [predictions.replace('1,1,0.5', '01,1,0.5'), 'row_wrong', 3],
    [predictions.replace('1,1,0.5', '-1,1,0.5'), 'row_wrong', 3],
    [predictions.replace('1,1,0.5', '0,1,0.5'), 'row_repeated', 3],
    [predictions.replace('1,1,0.5', '1,2,0.5'), 'flag_wrong', 3],
    [predictions.replace('1,1,0.5', '1,1,NaN'), 'score_wrong', 3],
    [predictions.replace('1,1,0.5', '1,1,1e999'), 'score_wrong', 3],
    [predictions.replace('\n5,1,0.5', ''), 'row_missing', undefined],
    [`${predictions}\n6,0,0.5`, 'row_unknown', 8],
    [`${predictions}\n\n`, 'fields_wrong', 8],
  ])('of predictions is named: %j', (text, code, line) => {
    const expected = text === predictions ? undefined : ['predictions', code, line];
    expect(failure(() => scoreEvents(text, labels, options))).toEqual(expected);
  });

  it.each([
    [labels.replace('row,mote_id', 'row,mote'), 'header_wrong', 1],
    [labels.replace('0,m,0,,', '0,,0,,'), 'label_wrong', 2],
    [labels.replace('0,m,0,,', '0,m,0,x,'), 'label_wrong', 2],
    [labels.replace('1,m,1,m-a,spike', '1,m,1,,spike'), 'label_wrong', 3],
    [labels.replace('1,m,1,m-a,spike', '1,m,1,"m-a",spike'), 'label_wrong', 3],
    [labels.replace('4,m,0,,', '4,m,1,m-a,spike'), 'event_wrong', undefined],
    [labels.replace('2,m,1,m-a,spike', '2,m,1,m-a,drift'), 'event_wrong', undefined],
  ])('of labels is named: %j', (text, code, line) => {
    expect(failure(() => scoreEvents(predictions, text, options))).toEqual(['labels', code, line]);
  });

  it.each([-1, 0.5, Number.NaN, 1e9])('of options is named: %d', (latencyReadings) => {
    expect(
      failure(() => scoreEvents(predictions, labels, { latencyReadings, mergeGapReadings: 0 })),
    ).toEqual(['options', 'options_invalid', undefined]);
  });

  it('never throws anything else, and never repeats what it read', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.string()).map((lines) => ['row,flag,score', ...lines].join('\n')),
      fc.array(fc.tuple(fc.nat(8), fc.nat(2), fc.float())).map((lines) => {
        return ['row,flag,score', ...lines.map((fields) => fields.join(','))].join('\n');
      }),
    );
    fc.assert(
      fc.property(text, text, (first, second) => {
        try {
          scoreEvents(first, second, options);
          scoreEvents(first, labels, options);
        } catch (error) {
          expect(error).toBeInstanceOf(EventScoreError);
        }
      }),
    );
    const secret = predictions.replace('1,1,0.5', '1,SECRET,0.5');
    expect(() => scoreEvents(secret, labels, options)).toThrow(/^(?!.*SECRET)/);
  });
});
