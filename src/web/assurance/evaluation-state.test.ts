import { expect, test } from 'vitest';
import { levelOf, stepStates } from './evaluation-state.ts';

test('a failure shows at the job in which it happened', () => {
  expect(stepStates({ state: 'failed', phase: 'predict' })).toEqual({
    predict: 'failed',
    score: 'draft',
  });
  expect(stepStates({ state: 'failed', phase: 'score' })).toEqual({
    predict: 'done',
    score: 'failed',
  });
  expect(stepStates({ state: 'done', phase: 'score' })).toEqual({ predict: 'done', score: 'done' });
});

test('disclosure proves more than an attestation, and that more than the fact alone', () => {
  const at = '2026-11-23T06:05:00.000Z';
  expect(levelOf({ disclosedAt: at, attestedFactId: 'fact_1' })).toBe('recomputed');
  expect(levelOf({ disclosedAt: null, attestedFactId: 'fact_1' })).toBe('attested');
  expect(levelOf({ disclosedAt: null, attestedFactId: null })).toBe('included');
});
