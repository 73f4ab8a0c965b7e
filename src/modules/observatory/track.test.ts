import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indicators } from './indicators.ts';
import { monthOf, parsePeriod, periodCode, spanOf } from './period.ts';
import { targetOf, targets } from './targets.ts';
import { pathOf, trackOf } from './track.ts';

describe('a period', () => {
  it('has every instant in exactly one month of Shanghai', () => {
    const instants = fc.date({
      min: new Date('2020-01-01'),
      max: new Date('2090-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (time) => {
        const { from, until } = spanOf(monthOf(time));
        expect(from <= time.toISOString() && time.toISOString() < until).toBe(true);
        expect(monthOf(new Date(Date.parse(until)))).not.toBe(monthOf(time));
      }),
    );
    expect(spanOf('2026-12')).toEqual({
      from: '2026-11-30T16:00:00.000Z',
      until: '2026-12-31T16:00:00.000Z',
    });
  });

  it('is read as it is written, and nothing else is', () => {
    for (const part of [1, 2, 10, 999]) {
      const period = { month: '2026-11', part };
      expect(parsePeriod(periodCode(period))).toEqual(period);
    }
    for (const code of ['2026', '2026-13', '2026-11.1', '2026-11.01', '2026-11.', '2026-11.2x']) {
      expect(parsePeriod(code)).toBeNull();
    }
  });
});

describe('a target', () => {
  const values = (...pairs: [year: number, value: number][]) =>
    pairs.map(([year, value]) => ({ year, value }));
  const track = (indicatorId: string, ...pairs: [number, number][]) => {
    const target = targetOf(indicatorId);
    if (!target) throw new Error(indicatorId);
    const { state, reason } = trackOf(target, values(...pairs));
    return `${state} ${reason}`;
  };

  it('is one of nine, each with the plan’s words and a number that stands in them', () => {
    expect(targets.map(({ indicatorId, value }) => [indicatorId, value])).toEqual([
      ['industry-scale', 4000],
      ['industry-growth', 12],
      ['application-cases', 100],
      ['demonstration-firms', 500],
      ['talent', 300_000],
      ['top-teams', 20],
      ['training-bases', 20],
      ['standards', 10],
      ['invention-patents', 1000],
    ]);
    for (const { value, quote } of targets) {
      expect(quote).toContain(value === 300_000 ? '30万' : String(value));
    }
    expect(new Set(indicators.map(({ indicatorId }) => indicatorId)).size).toBe(indicators.length);
  });

  it('has no path until a base is published, and never one of our making', () => {
    expect(track('talent')).toBe('unknown no_base');
    expect(track('talent', [2022, 200_000], [2025, 400_000])).toBe('unknown no_base');
    expect(track('talent', [2020, 100_000])).toBe('unknown no_value');
    expect(track('industry-scale', [2020, 0], [2021, 1])).toBe('unknown no_base');
    expect(track('invention-patents', [2020, 5000])).toBe('unknown no_value');
  });

  it('is behind below the path, warns where the trend misses, and is on path otherwise', () => {
    expect(track('talent', [2020, 100_000], [2021, 139_999])).toBe('behind below_path');
    expect(track('talent', [2020, 100_000], [2021, 140_000])).toBe('on_path above_path');
    const slowing: [number, number][] = [
      [2020, 100_000],
      [2021, 200_000],
      [2022, 201_000],
    ];
    expect(track('talent', ...slowing)).toBe('early_warning trend_misses');
    expect(track('talent', ...slowing, [2025, 300_000])).toBe('on_path reached');
    expect(track('talent', ...slowing, [2026, 299_999])).toBe('behind below_path');
    expect(track('invention-patents', [2021, 1500], [2022, 900])).toBe(
      'early_warning last_year_misses',
    );
    expect(track('invention-patents', [2021, 1500], [2022, 400])).toBe('behind mean_misses');
    expect(track('industry-growth', [2021, 12], [2022, 12])).toBe('on_path mean_holds');
    expect(track('industry-growth', [2021, 0], [2022, 24])).toBe('behind mean_misses');
  });

  it('is on its path wherever the values are the path itself', () => {
    const scale = targetOf('industry-scale');
    if (!scale) throw new Error('the scale is a target');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3999 }), fc.integer({ min: 1, max: 5 }), (base, at) => {
        const path = pathOf(scale, values([2020, base]));
        expect(path.at(-1)).toEqual({ year: 2025, value: 4000 });
        expect(trackOf(scale, path.slice(0, at + 1)).state).not.toBe('behind');
      }),
    );
  });
});
