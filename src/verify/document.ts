import { textDigest } from './crypto.ts';
import type { Evidence, EvidenceKind } from './evidence.ts';
import { type Fact, factSetDigest } from './fact.ts';
import type { Failure } from './failure.ts';
import { canonicalJson } from './jcs.ts';
import { isJsonObject, type Json } from './json.ts';

/**
 * Kinds of the facts that vouch for a whole document: `body.documentDigest` is the document's
 * digest (`documentDigest`). A receipt needs none, it is one fact.
 */
const documentFactKinds: Readonly<Record<EvidenceKind, readonly string[]>> = {
  certificate: ['assurance.certificate_issued'],
  leaderboard: ['scenarios.call_closed', 'scenarios.leaderboard_published'],
  receipt: [],
  statement: ['exchange.statement_issued'],
  indicator: ['observatory.count_closed', 'observatory.value_published'],
};

/** Kind of the fact that closes a call: body `{count, setDigest}` over its score facts. */
const closingFactKind = 'scenarios.call_closed';

/**
 * Kind of the fact that takes a certificate back: its `body.documentDigest` is the certificate's.
 */
const revokingFactKind = 'assurance.certificate_revoked';

/** The digest by which a fact vouches for a document: `sha256:<hex>` of its JCS form. */
export function documentDigest(document: Json): Promise<string> {
  return textDigest(canonicalJson(document));
}

/** What is wrong with the document as a whole, given the facts of the file that are in the log. */
export async function checkDocument(
  evidence: Evidence,
  included: readonly Fact[],
): Promise<Failure[]> {
  if (evidence.kind === 'receipt') {
    const found = evidence.facts.length;
    return found === 1 ? [] : [{ code: 'receipt_facts_differ', found }];
  }
  const failures = await checkDigest(evidence, included);
  if (evidence.kind === 'leaderboard') failures.push(...(await checkRows(evidence, included)));
  return failures;
}

async function checkDigest(evidence: Evidence, included: readonly Fact[]): Promise<Failure[]> {
  const kinds = documentFactKinds[evidence.kind];
  const vouching = included.filter(
    ({ kind, body }) => kinds.includes(kind) && body.documentDigest !== undefined,
  );
  if (vouching.length === 0) return [{ code: 'document_digest_missing', kinds }];
  const found = await documentDigest(evidence.document);
  const failures: Failure[] = [];
  for (const { id, body } of vouching) {
    const stated = body.documentDigest ?? null;
    if (stated !== found)
      failures.push({ code: 'document_digest_differs', fact: id, stated, found });
  }
  for (const { id, kind, time, body } of included) {
    if (kind === revokingFactKind && body.documentDigest === found) {
      failures.push({ code: 'certificate_revoked', fact: id, time });
    }
  }
  return failures;
}

// Every row's score rests on a fact of its own, and together they are the set that the closing fact
// committed to when the call closed.
async function checkRows(evidence: Evidence, included: readonly Fact[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  const facts = new Set<string>();
  for (const path of scorePaths(evidence.document.rows)) {
    const claim = evidence.claims.find((candidate) => candidate.path === path);
    if (claim === undefined) failures.push({ code: 'row_score_unclaimed', path });
    else if (facts.has(claim.fact)) failures.push({ code: 'row_repeated', fact: claim.fact });
    else facts.add(claim.fact);
  }
  const closing = included.filter(({ kind }) => kind === closingFactKind);
  if (closing.length === 0) failures.push({ code: 'closing_fact_missing', kind: closingFactKind });
  const digest = await factSetDigest([...facts]);
  for (const { body } of closing) {
    const stated = typeof body.count === 'number' ? body.count : 0;
    const found = facts.size;
    if (stated > found) failures.push({ code: 'row_left_out', stated, found });
    else if (stated < found) failures.push({ code: 'row_added', stated, found });
    else if (body.setDigest !== digest) {
      failures.push({ code: 'row_set_differs', stated: body.setDigest ?? null, found: digest });
    }
  }
  return failures;
}

function scorePaths(rows: Json | undefined): string[] {
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: Json, index) =>
    isJsonObject(row) && typeof row.score === 'number' ? [`/rows/${index}/score`] : [],
  );
}
