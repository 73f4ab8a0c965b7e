import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLastMinute } from './last-minute.ts';

/** What is said of a minute is what came in it, each latency at most a tenth too high. */
it('sums up what came in the last minute and nothing older', () => {
  const call = fc.record({
    at: fc.double({ min: 0, max: 180_000, noNaN: true }),
    took: fc.double({ min: 0.1, max: 60_000, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 200 }), (drawn) => {
      const minute = createLastMinute(0);
      const calls = drawn.sort((left, right) => left.at - right.at);
      for (const { at, took } of calls) minute.answered([{ since: at - took, rows: 2 }], at);
      const now = 180_000;
      const recent = calls.filter(({ at }) => Math.floor(at / 1_000) > 120);
      const view = minute.view(now);
      expect(view.calls).toBe(recent.length);
      expect(view.batchMean).toBe(recent.length === 0 ? null : 2);
      const took = recent.map((one) => one.took).sort((left, right) => left - right);
      for (const [name, share] of [['p50', 0.5] as const, ['p99', 0.99] as const]) {
        const exact = took[Math.ceil(took.length * share) - 1];
        if (exact === undefined) {
          expect(view.latencyMs).toBeNull();
          continue;
        }
        expect(view.latencyMs?.[name]).toBeGreaterThanOrEqual(exact - 0.01);
        expect(view.latencyMs?.[name]).toBeLessThanOrEqual(exact * 1.101 + 0.01);
      }
    }),
  );
});

it('counts failures by their code, and rates over what has passed since the start', () => {
  const minute = createLastMinute(0);
  minute.failed('serving.model_busy', 1_000);
  minute.failed('serving.model_failed', 2_000);
  minute.failed('serving.model_failed', 2_500);
  minute.answered(Array(30).fill({ since: 0, rows: null }), 3_000);
  expect(minute.view(10_000)).toMatchObject({
    ...{ seconds: 10, calls: 30, callsPerSecond: 3, batchMean: 30 },
    failures: [
      { code: 'serving.model_failed', count: 2 },
      { code: 'serving.model_busy', count: 1 },
    ],
  });
  expect(minute.view(200_000)).toMatchObject({ seconds: 60, calls: 0, failures: [] });
});
