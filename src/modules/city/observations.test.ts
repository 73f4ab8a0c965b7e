import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf, toObservationId } from './observations-id.ts';
import { parseObservation, unfitResult, unfitTime } from './observations-input.ts';
import { parseInstant } from './observations-time.ts';

const bytes = (text: string) => Buffer.from(text);
const place = fc.nat({ max: Number.MAX_SAFE_INTEGER });

describe('ids of observations', () => {
  it('lead back to their places and sort as they do', () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        expect(placeOf(toObservationId(one))).toBe(one);
        expect(toObservationId(one) < toObservationId(other)).toBe(one < other);
      }),
    );
    expect(placeOf('observation_zzzzzzzzzzzzzzzzzzzzzzzzzz')).toBeNull();
    expect(placeOf('observation_1')).toBeNull();
  });
});

describe('instants', () => {
  it('are read as every clock writes them, with their offset', () => {
    const same = Date.parse('2026-11-23T08:30:00Z');
    for (const text of [
      '2026-11-23T08:30Z',
      '2026-11-23T16:30:00.000+08:00',
      '2026-11-23T16:30:00+0800',
    ]) {
      expect(parseInstant(text)).toBe(same);
    }
    expect(parseInstant('2026-11-23T08:30:00.123456789Z')).toBe(same + 123);
  });
  it('are nothing else', () => {
    const bad = [
      '',
      '2026-11-23',
      '2026-11-23T08:30:00',
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      7,
    ];
    for (const text of bad) expect(parseInstant(text), String(text)).toBeNull();
  });
});

describe('the body of an observation', () => {
  it('is read, or refused with a reason, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"result":${json}}`),
        ),
        (text) => {
          const read = parseObservation(bytes(text), 1_000);
          if ('refused' in read) expect(read.detail).not.toBe('');
          else expect(read.phenomenonTime).toBe(1_000);
        },
      ),
    );
  });
  it('keeps nothing that a database would not', () => {
    const bad = [
      '{"result":"\\u0000"}',
      '{"result":"\\ud800"}',
      '{"result":1e999}',
      '{"result":{"a":"\\u0000"}}',
      '{"result":1,"parameters":{"\\u0000":1}}',
      '{"result":1,"parameters":[1]}',
      `{"result":${'['.repeat(40)}${']'.repeat(40)}}`,
      '{"result":1,"FeatureOfInterest":{"@iot.id":"feature_1"}}',
    ];
    for (const text of bad)
      expect(parseObservation(bytes(text), 0), text).toHaveProperty('refused');
    expect(parseObservation(bytes('{"result":"\\\\u0000"}'), 0)).toMatchObject({
      result: '\\u0000',
    });
  });
});

it('a result fits its kind', () => {
  expect(unfitResult(1, 'measurement')).toBeNull();
  expect(unfitResult(1.5, 'count')?.refused).toBe('result_unfit');
  expect(unfitResult(true, 'truth')).toBeNull();
  expect(unfitResult({ any: 1 }, 'observation')).toBeNull();
  expect(unfitResult(null, 'category')?.refused).toBe('result_unfit');
});

it('a time lies in the window; what is played back may be of any past', () => {
  const window = { lateDaysMax: 7, futureSecondsMax: 300 };
  const now = Date.parse('2026-11-23T00:00:00Z');
  const day = 86_400_000;
  expect(unfitTime(now - 7 * day, now, false, window)).toBeNull();
  expect(unfitTime(now - 7 * day - 1, now, false, window)?.refused).toBe('too_late');
  expect(unfitTime(now - 4_000 * day, now, true, window)).toBeNull();
  expect(unfitTime(now + 300_000, now, false, window)).toBeNull();
  expect(unfitTime(now + 300_001, now, true, window)?.refused).toBe('in_future');
});
