import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callAs } from '#kernel/testing-calls.ts';
import { summaryOf } from './evaluation-summary.ts';
import { detailOf, sightOf, viewOf } from './evaluation-view.ts';
import { knownCode } from './reasons.ts';
import type { EvaluationRow } from './store.ts';
import { testDigest, testRequest, testScores } from './testing.ts';

const { program, options, features, labels, scorer, scorerOptions, limits } = testRequest();
const created = new Date('2026-11-23T06:00:00.000Z');

/** An evaluation on hidden data about to be shown to the owner of the program. */
const row: EvaluationRow = {
  id: 'evaluation_1',
  basis: 'submission_1',
  owner_id: 'party_vendor',
  data_owner_id: 'party_port',
  dataset_kind: 'hidden',
  dataset_digest: testDigest('dataset'),
  revision_digest: testDigest('program'),
  options_digest: testDigest('options'),
  spec: {
    ...{ program, options, features, labels, scorer, scorerOptions, limits },
    scorePointer: '/score',
    precision: 2,
  },
  repeat_of: null,
  attests: false,
  requested_by: 'party_coder',
  state: 'failed',
  phase: 'predict',
  attempt: 1,
  job_id: null,
  predict_job_id: 'job_1',
  score_job_id: null,
  due_at: null,
  measured: null,
  environment_digest: testDigest('environment'),
  scorer_environment_digest: null,
  isolation: null,
  predictions_digest: null,
  scores: null,
  result_digest: null,
  reason_code: null,
  reason_cause: null,
  repeat_outcome: null,
  sealed: true,
  disclosed_at: null,
  method: null,
  score_fact_id: null,
  attested_fact_id: null,
  attested_by: null,
  created_at: created,
  finished_at: null,
};

/** Everything about a run that a program decides, or that follows from bytes which it wrote. */
const chosen = fc.record({
  reason_code: fc.string({ maxLength: 40 }).map(knownCode),
  reason_cause: fc.string({ minLength: 12, maxLength: 40 }).map((text) => `cause ${text}`),
  predictions_digest: fc.string({ minLength: 8 }).map(testDigest),
  result_digest: fc.string({ minLength: 8 }).map((text) => testDigest(`result ${text}`)),
  measured: fc.record({
    rowsAnswered: fc.nat(1_000_000),
    wallMs: fc.nat(3_600_000),
    memoryBytesMax: fc.nat(1e9),
  }),
  finished_at: fc.nat(3_600_000).map((ms) => new Date(created.getTime() + ms)),
});

describe('what the owner of a program sees of hidden data', () => {
  it('has no byte in it that the program could have written', () => {
    fc.assert(
      fc.property(chosen, (run) => {
        const seen = JSON.stringify([
          detailOf({ ...row, ...run }, { data: false }),
          viewOf({ ...row, ...run }, { data: false }),
        ]);
        for (const bytes of [run.reason_cause, run.predictions_digest, run.result_digest]) {
          expect(seen).not.toContain(JSON.stringify(bytes).slice(1, -1));
        }
      }),
    );
  });

  it('is one of few, whatever the program did: reasons and bounded counters', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(chosen, (run) => {
        const { counters, reason, finishedAt } = detailOf({ ...row, ...run }, { data: false });
        expect(reason?.code).toBe(run.reason_code);
        for (const counter of Object.values(counters ?? {})) {
          expect(counter === 0 || Math.log2(counter ?? 1) % 1 === 0).toBe(true);
        }
        expect(Date.parse(finishedAt ?? '') % 60_000).toBe(0);
        seen.add(reason?.code ?? '');
      }),
    );
    expect([...seen].every((code) => knownCode(code) === code)).toBe(true);
  });

  it('does not tell apart scores that differ beyond the digits', () => {
    const score = fc.integer({ min: 0, max: 100 });
    const off = fc.double({ min: -0.004, max: 0.004, noNaN: true });
    fc.assert(
      fc.property(score, off, (hundredths, more) => {
        const at = (value: number) => {
          const scores = { ...testScores, eventsFound: hundredths % 2, score: value };
          return detailOf({ ...row, state: 'done', scores }, { data: false });
        };
        expect(at(hundredths / 100 + more)).toEqual(at(hundredths / 100));
      }),
    );
  });

  it('opens for the owner of the data, and for the program’s when the seal is lifted', () => {
    const done = { ...row, state: 'done' as const, scores: testScores };
    expect(detailOf(done, { data: true }).scores).toEqual(testScores);
    expect(detailOf({ ...done, sealed: false }, { data: false }).scores).toEqual(testScores);
    expect(summaryOf(done)).toMatchObject({ shown: { score: 0.67 }, exact: testScores });
  });

  it('stays closed to competitors who audit beside it, until the seal is lifted', () => {
    const { principal } = callAs('party_coder', { memberOf: 'party_vendor', roles: ['auditor'] });
    expect(sightOf(row, principal, true)).toEqual({ data: false });
    expect(sightOf({ ...row, sealed: false }, principal, true)).toEqual({ data: true });
    expect(sightOf({ ...row, data_owner_id: 'party_vendor' }, principal, true)).toEqual({
      data: true,
    });
  });
});
