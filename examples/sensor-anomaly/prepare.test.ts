import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultKinds } from './faults.ts';
import { clearReadings, prepareSpans, spanReadings, warmUpReadings } from './prepare.ts';
import { readFeatures } from './run-program.ts';
import { preparationSeed } from './settings.ts';

const recording = readFileSync(`${import.meta.dirname}/data/multi-hop.csv`, 'utf8');
const prepared = prepareSpans(recording, preparationSeed);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

type Label = { row: number; mote: string; label: string; eventId: string; kind: string };
const labelsOf = (name: 'public' | 'hidden' | 'live'): Label[] =>
  prepared[name].labels
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [row = '', mote = '', label = '', eventId = '', kind = ''] = line.split(',');
      return { row: Number(row), mote, label, eventId, kind };
    });

const recorded = new Map(
  recording
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [reading, mote, , humidity, temperature, label] = line.split(',');
      return [`${reading}/${mote}`, { values: `${humidity},${temperature}`, label }];
    }),
);

/** The recorded reading behind each row of a span. */
const sourceOf = (name: 'public' | 'hidden' | 'live') =>
  prepared[name].features
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, time, mote, , humidity, temperature] = line.split(',');
      const key = `${Number(time) / 5 + 1}/${mote}`;
      return { key, values: `${humidity},${temperature}`, source: recorded.get(key) };
    });

describe('the files', () => {
  it('never change: whoever has an older digest has the same bytes', () => {
    const digests = Object.fromEntries(
      (['public', 'hidden', 'live'] as const).flatMap((name) => [
        [`${name}/features`, sha256(prepared[name].features)],
        [`${name}/labels`, sha256(prepared[name].labels)],
      ]),
    );
    expect({ recording: sha256(recording), ...digests }).toEqual({
      recording: 'd1cb1de25cadce8fde53b81f24aa88a4dd0b5c7aad6535f8137412cf54dbea89',
      'public/features': '09d95a687bd298b04b60a8a5cedc6bba8a3c5cca12508fd70a76a2c1346af3fa',
      'public/labels': '453472005a66ada9ddb738384dfb830c51413b6ec7069524796230d446c0f94e',
      'hidden/features': '9724ffa819518d1895a3ab40ce083c1f3ac1be2311eef18801184ab6b437e04c',
      'hidden/labels': 'd722311ca695530cfbb30184d2bbac4aab44790cfaa2ccc3d7557d48ac132939',
      'live/features': '170a241774815d87681b55ecabed63f945dc3a8eefcf8ffc14a5d11148f7b36c',
      'live/labels': 'c166798e406a95013f31770a59448722fe0533b1b0b8cc487a6dd22dab7110e4',
    });
  });

  it('are others for another seed, but for live', () => {
    const other = prepareSpans(recording, preparationSeed + 1);
    expect(other.public.features).not.toBe(prepared.public.features);
    expect(other.hidden.labels).not.toBe(prepared.hidden.labels);
    expect(other.live).toEqual(prepared.live);
  });

  it('count rows from 1, in time order, all motes of a time together', () => {
    for (const name of ['public', 'hidden', 'live'] as const) {
      const rows = readFeatures(prepared[name].features);
      const { first, last } = spanReadings[name];
      expect(rows).toHaveLength((last - first + 1) * 4);
      rows.forEach(({ row, time_s, mote_id }, index) => {
        const time = (first - 1 + Math.floor(index / 4)) * 5;
        expect([row, time_s, mote_id]).toEqual([index + 1, time, (index % 4) + 1]);
      });
      expect(labelsOf(name).map(({ row, mote }) => [row, Number(mote)])).toEqual(
        rows.map(({ row, mote_id }) => [row, mote_id]),
      );
    }
  });
});

describe('the spans', () => {
  it('share no reading, and only live holds recorded events, all of them', () => {
    const keys = (['public', 'hidden', 'live'] as const).map((name) =>
      sourceOf(name).map(({ key }) => key),
    );
    expect(new Set(keys.flat()).size).toBe(keys.flat().length);
    const events = [...recorded].filter(([, { label }]) => label === '1').map(([key]) => key);
    expect(events).toHaveLength(158);
    expect(events.filter((key) => !keys[2]?.includes(key))).toEqual([]);
  });

  it('leave live as it was recorded', () => {
    const labels = labelsOf('live');
    sourceOf('live').forEach(({ values, source }, index) => {
      expect(values).toBe(source?.values);
      expect(labels[index]?.label).toBe(source?.label);
    });
    const events = new Set(labels.map(({ eventId, kind }) => `${eventId}:${kind}`));
    expect(events).toEqual(new Set([':', 'live-mote1-1:recorded', 'live-mote3-1:recorded']));
  });

  it.each(['public', 'hidden'] as const)('change nothing in %s but events and losses', (name) => {
    const labels = labelsOf(name);
    let lost = 0;
    sourceOf(name).forEach(({ values, source }, index) => {
      if (labels[index]?.label === '1') return;
      if (values === ',') lost += 1;
      else expect(values).toBe(source?.values);
    });
    const report = prepared.report.spans.find((span) => span.name === name);
    expect(lost).toBe(report?.lostReadings);
    expect(lost).toBeGreaterThan(30);
  });
});

describe('the faults', () => {
  it.each(['public', 'hidden'] as const)('of %s are as documented, row by row', (name) => {
    const labels = labelsOf(name);
    const { first } = spanReadings[name];
    const faults = prepared.faults.filter(({ span }) => span === name);
    expect(faults.length).toBeGreaterThanOrEqual(60);
    expect(faults.map(({ eventId }) => eventId)).toEqual([
      ...new Set(faults.map((f) => f.eventId)),
    ]);
    const expected = labels.map(({ row, mote }) => {
      const reading = first + Math.floor((row - 1) / 4);
      const fault = faults.find(
        ({ moteId, startReading, lengthReadings }) =>
          moteId === mote && reading >= startReading && reading < startReading + lengthReadings,
      );
      return fault ? `1,${fault.eventId},${fault.kind}` : '0,,';
    });
    expect(labels.map(({ label, eventId, kind }) => `${label},${eventId},${kind}`)).toEqual(
      expected,
    );
  });

  it('are as many of each kind, on every mote, in both spans', () => {
    for (const name of ['public', 'hidden'] as const) {
      const faults = prepared.faults.filter(({ span }) => span === name);
      for (const kind of faultKinds) {
        expect(faults.filter((fault) => fault.kind === kind)).toHaveLength(13);
      }
      for (const mote of ['1', '2', '3', '4']) {
        expect(faults.filter(({ moteId }) => moteId === mote).length).toBeGreaterThanOrEqual(16);
      }
    }
  });

  it('leave the first minutes and the time after each event clear', () => {
    for (const name of ['public', 'hidden'] as const) {
      const labels = labelsOf(name);
      for (const mote of ['1', '2', '3', '4']) {
        const own = labels.filter((label) => label.mote === mote);
        expect(own.slice(0, warmUpReadings).every(({ label }) => label === '0')).toBe(true);
        own.forEach(({ eventId }, index) => {
          if (eventId === '' || own[index + 1]?.eventId === eventId) return;
          const after = own.slice(index + 1, index + 1 + clearReadings);
          expect(after).toHaveLength(clearReadings);
          expect(after.every(({ label }) => label === '0')).toBe(true);
        });
      }
    }
  });

  it('do what their kind says', () => {
    for (const fault of prepared.faults) {
      const { first } = spanReadings[fault.span];
      const rows = features[fault.span].filter(({ mote_id }) => String(mote_id) === fault.moteId);
      const start = fault.startReading - first;
      const within = rows.slice(start, start + fault.lengthReadings);
      const lost = within.filter(({ humidity }) => humidity === null).length;
      if (fault.kind === 'dropout') {
        expect(lost).toBeGreaterThan(fault.lengthReadings * 0.4);
        expect(within[0]?.humidity ?? null).toBeNull();
        continue;
      }
      expect(lost).toBe(0);
      for (const channel of ['humidity', 'temperature'] as const) {
        const size = fault[channel];
        const moved = within.map((row, index) => {
          const { source } = sources[fault.span][(start + index) * 4 + Number(fault.moteId) - 1]!;
          const [humidity = '', temperature = ''] = source?.values.split(',') ?? [];
          const before = Number(channel === 'humidity' ? humidity : temperature);
          return Math.round((row[channel]! - before) * 100);
        });
        if (size === null) expect(moved.every((move) => move === 0)).toBe(true);
        else if (fault.kind === 'spike') expect(new Set(moved)).toEqual(new Set([size]));
        else if (fault.kind === 'drift') expect(moved.at(-1)).toBe(size);
        else if (fault.kind === 'stuck-at') {
          expect(new Set(within.map((row) => row[channel]))).toEqual(
            new Set([rows[start - 1]?.[channel]]),
          );
        } else expect(new Set(moved).size).toBeGreaterThan(2);
      }
    }
  });
});

const sources = { public: sourceOf('public'), hidden: sourceOf('hidden') };
const features = {
  public: readFeatures(prepared.public.features),
  hidden: readFeatures(prepared.hidden.features),
};

it.each(['', 'a,b', recording.replace('\n2,1,', '\n3,1,'), recording.replace('43.79', 'x')])(
  'refuses another text',
  (text) => {
    expect(() => prepareSpans(text, 1)).toThrow();
  },
);
