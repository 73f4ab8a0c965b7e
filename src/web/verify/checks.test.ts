import { describe, expect, test } from 'vitest';
import type { Failure } from '#verify/failure.ts';
import type { Report } from '#verify/report.ts';
import { type CheckName, checkNames, checksOf } from './checks.ts';

const good: Report = {
  ok: true,
  kind: 'certificate',
  checkpoint: {
    origin: 'log.example',
    size: 4,
    rootHash: '',
    cosignatures: [{ name: 'witness.example', time: 1 }],
  },
  facts: [{ id: 'fact_1', kind: 'assurance.score_recorded', time: '', index: 0, included: true }],
  claims: [{ path: '/score', fact: 'fact_1', level: 'recomputed', failures: [] }],
  unproven: [],
  failures: [],
};

const failing = (failure: Failure): Report => ({ ...good, ok: false, failures: [failure] });

const outcomes = (report: Report) =>
  Object.fromEntries(checksOf(report).map(({ name, outcome }) => [name, outcome]));

describe('checks', () => {
  test('a good file passes all that it has', () => {
    expect(outcomes(good)).toEqual({
      form: 'passed',
      log: 'passed',
      witness: 'passed',
      inclusion: 'passed',
      claims: 'passed',
      recompute: 'passed',
      attestation: 'notNeeded',
      document: 'passed',
    });
  });

  test('every failure is noticed by exactly one check', () => {
    const failure: Failure = { code: 'value_differs', path: '/score', document: 1, fact: 0.5 };
    const broken = checksOf(failing(failure)).filter(({ outcome }) => outcome === 'broken');
    expect(broken.map(({ name }) => name)).toEqual(['claims']);
  });

  test('without the signature of the log nothing below it is believed', () => {
    const report = outcomes(failing({ code: 'log_signature_invalid', name: 'log.example' }));
    const below: CheckName[] = ['inclusion', 'claims', 'recompute', 'document'];
    expect(below.map((name) => report[name])).toEqual(below.map(() => 'notReached'));
    expect(report.log).toBe('broken');
  });

  test('a file that cannot be read leaves nothing to check', () => {
    const failure: Failure = { code: 'file_invalid', at: '/format', problem: 'missing' };
    const report = outcomes({
      ok: false,
      facts: [],
      claims: [],
      unproven: [],
      failures: [failure],
    });
    expect(checkNames.filter((name) => report[name] === 'notReached')).toHaveLength(7);
  });
});
