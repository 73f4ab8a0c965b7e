import { strict as assert } from 'node:assert';
import type { Json } from '#kernel/errors.ts';
import { Failure, kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { documentDigest } from '#verify/document.ts';
import { evidenceFormat } from '#verify/evidence.ts';
import { statementMethod } from '#verify/statement.ts';
import { type AgreementRow, readAgreement } from './agreement-store.ts';
import { type JournalRow, lastStatement, postingsUpTo, type StatementRow } from './books-store.ts';
import { evidenceFile } from './entities.ts';
import { exchangeErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import { statementDocument, statementOf } from './statement-document.ts';

type Claim = {
  path: string;
  fact: string;
  pointer: string;
  method?: { kind: typeof statementMethod; output: string };
};

/**
 * The last issued statement with all that a stranger needs to compute it again: the terms, every
 * posting up to it, and the fact that vouches for the whole. Throws `exchange.no_statement`,
 * `exchange.evidence_waiting`.
 */
export async function statementEvidence(agreementId: string, uses: Uses, call: Call) {
  const { read } = uses.kernel.db;
  const row = await readAgreement(read, agreementId);
  if (!row) throw kernelErrors.make.missing({ id: agreementId });
  const issued = await lastStatement(read, agreementId);
  if (!issued || !row.activated_fact_id) throw exchangeErrors.make.no_statement();
  const journals = await postingsUpTo(read, agreementId, issued.postings);
  const { number, issued_at: issuedAt } = issued;
  const document = statementDocument(row, journals, { number, issuedAt });
  const digest = await documentDigest(document);
  assert(digest === issued.document_digest, `the statement ${number} of ${row.id} has changed`);
  const claims = [...termClaims(row.activated_fact_id), ...sumClaims(row, journals, issued)];
  for (const [place, journal] of journals.entries()) claims.push(...postingClaims(place, journal));
  const factIds = [row.activated_fact_id, ...journals.map(({ fact_id }) => fact_id)];
  const proofs = await proven(issued.fact_id, [...factIds, issued.fact_id], uses, call);
  // Through JSON, so that what leaves is plain JSON and nothing else.
  const whole: Json = JSON.parse(
    JSON.stringify({ format: evidenceFormat, kind: 'statement', document, claims, ...proofs }),
  );
  return evidenceFile.parse(whole);
}

function termClaims(fact: string): Claim[] {
  return ['priceMinor', 'platformShareBps'].map((member) => ({
    path: `/${member}`,
    fact,
    pointer: `/body/${member}`,
  }));
}

function sumClaims(
  row: AgreementRow,
  journals: readonly JournalRow[],
  { fact_id: fact }: StatementRow,
): Claim[] {
  const totals = Object.keys(statementOf(row, journals).totals).map(
    (member): Claim => ({
      path: `/totals/${member}`,
      fact,
      pointer: `/body/totals/${member}`,
      method: { kind: statementMethod, output: `/totals/${member}` },
    }),
  );
  return [{ path: '/number', fact, pointer: '/body/number' }, ...totals];
}

/** How often something was called is what the fact says; all else follows from it and the price. */
function postingClaims(place: number, { kind, fact_id: fact }: JournalRow): Claim[] {
  const at = `/postings/${place}`;
  const stated = (member: string): Claim => ({
    path: `${at}/${member}`,
    fact,
    pointer: `/body/${member}`,
  });
  const followed = (member: string): Claim => ({
    ...stated(member),
    method: { kind: statementMethod, output: `/postings/${fact}/${member}` },
  });
  if (kind !== 'settlement') {
    return [stated('place'), stated('amountMinor'), followed('entries')];
  }
  const members = ['amountMinor', 'platformMinor', 'providerMinor', 'entries'];
  return [stated('place'), stated('calls'), ...members.map(followed)];
}

// The ledger keeps the order in which facts were recorded, so the last one's place tells of all.
async function proven(
  lastId: string,
  factIds: readonly string[],
  { kernel, options }: Uses,
  call: Call,
) {
  const seconds = options.EXCHANGE_EVIDENCE_WAIT_SECONDS;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(seconds * 1_000)]);
  try {
    await kernel.ledger.waitFor(lastId, signal);
    return await kernel.ledger.evidence(factIds);
  } catch (error) {
    call.signal.throwIfAborted();
    if (error instanceof Failure && error.category === 'missing') throw error;
    throw exchangeErrors.make.evidence_waiting({}, { cause: error });
  }
}
