import type { Failure } from '#verify/failure.ts';
import type { Report } from '#verify/report.ts';

/** What a verifier checks, in the order in which it makes sense to read. */
export const checkNames = [
  'form',
  'log',
  'witness',
  'inclusion',
  'claims',
  'recompute',
  'attestation',
  'document',
] as const;
export type CheckName = (typeof checkNames)[number];

/** `notReached`: an earlier failure left nothing to check. `notNeeded`: the file has nothing of it. */
export type CheckOutcome = 'passed' | 'broken' | 'notReached' | 'notNeeded';

export type Check = { name: CheckName; outcome: CheckOutcome; failures: readonly Failure[] };

const checkOf: Readonly<Record<Failure['code'], CheckName>> = {
  file_invalid: 'form',
  key_invalid: 'form',
  policy_invalid: 'form',
  note_invalid: 'form',
  checkpoint_invalid: 'form',
  fact_repeated: 'form',
  claim_repeated: 'form',
  log_signature_missing: 'log',
  log_signature_invalid: 'log',
  log_origin_differs: 'log',
  witness_cosignature_missing: 'witness',
  witness_cosignature_invalid: 'witness',
  witness_quorum_missing: 'witness',
  inclusion_proof_invalid: 'inclusion',
  fact_missing: 'inclusion',
  fact_not_included: 'inclusion',
  document_value_missing: 'claims',
  fact_value_missing: 'claims',
  value_differs: 'claims',
  method_unknown: 'recompute',
  method_input_differs: 'recompute',
  disclosed_missing: 'recompute',
  disclosed_digest_differs: 'recompute',
  recomputation_failed: 'recompute',
  recomputed_value_differs: 'recompute',
  counted_left_out: 'recompute',
  counted_added: 'recompute',
  counted_set_differs: 'recompute',
  counted_outside: 'recompute',
  attestation_differs: 'attestation',
  document_digest_missing: 'document',
  document_digest_differs: 'document',
  receipt_facts_differ: 'document',
  closing_fact_missing: 'document',
  row_score_unclaimed: 'document',
  row_repeated: 'document',
  row_left_out: 'document',
  row_added: 'document',
  row_set_differs: 'document',
  certificate_revoked: 'document',
};

/**
 * Sorts what a report says by the check that noticed it. What each check needs from those before it
 * follows `verify.ts`: without a parsed file there is nothing, and without the signatures no fact is
 * believed, so nothing can rest on it. Pure.
 */
export function checksOf(report: Report): Check[] {
  const failuresOf = (name: CheckName) =>
    report.failures.filter(({ code }) => checkOf[code] === name);
  const readable = report.checkpoint !== undefined;
  const signed = readable && failuresOf('log').length === 0 && failuresOf('witness').length === 0;
  const present: Readonly<Record<CheckName, boolean>> = {
    form: true,
    log: true,
    witness: report.checkpoint === undefined || report.checkpoint.cosignatures.length > 0,
    inclusion: report.facts.length > 0,
    claims: report.claims.length > 0,
    recompute: report.claims.some(({ level }) => level === 'recomputed'),
    attestation: report.claims.some(({ attestedBy }) => attestedBy !== undefined),
    document: true,
  };
  const reached = (name: CheckName): boolean => {
    if (name === 'form') return true;
    if (!readable) return false;
    return name === 'log' || name === 'witness' || signed;
  };
  return checkNames.map((name) => {
    const failures = failuresOf(name);
    const outcome =
      failures.length > 0
        ? 'broken'
        : !reached(name)
          ? 'notReached'
          : present[name]
            ? 'passed'
            : 'notNeeded';
    return { name, outcome, failures };
  });
}
