import { Failure, kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { evidenceFormat } from '#verify/evidence.ts';
import { isJsonObject, type Json, type JsonObject } from '#verify/json.ts';
import { evidenceFile } from './entities.ts';
import { scenariosErrors } from './errors.ts';
import { scoreMembers } from './leaderboard-document.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';
import * as submissions from './submission-store.ts';

/** Evidence files (format touyan-evidence/1, see #verify/evidence.ts): receipts and closed leaderboards. */

type Claim = { path: string; fact: string; pointer: string };

/**
 * The receipt of a submission: that it was received, by whom and with which digests. Waits a few seconds for the
 * witness; throws `scenarios.evidence_waiting` where it does not confirm in time.
 */
export async function readReceipt(submissionId: string, uses: Uses, call: Call) {
  const row = await submissions.readSubmission(uses.kernel.db.read, submissionId);
  if (!row) throw kernelErrors.make.missing({ id: submissionId });
  const { facts, checkpoint } = await proven(
    row.receipt_fact_id,
    [row.receipt_fact_id],
    uses,
    call,
  );
  const fact = facts[0]?.fact;
  if (!fact) throw new Error('one fact was asked for');
  const document = { ...fact.body, receivedAt: fact.time };
  const claims = Object.keys(document).map((member): Claim => {
    const pointer = member === 'receivedAt' ? '/time' : `/body/${member}`;
    return { path: `/${member}`, fact: fact.id, pointer };
  });
  return fileOf({ kind: 'receipt', document, claims, facts, checkpoint });
}

/**
 * The closed leaderboard: every scored submission with its score fact, and the closing fact that commits to their
 * count and set. Throws `scenarios.evidence_before_close`, `scenarios.evidence_waiting`.
 */
export async function readLeaderboardEvidence(callId: string, uses: Uses, call: Call) {
  const { read } = uses.kernel.db;
  const row = await store.readCall(read, callId);
  if (!row) throw kernelErrors.make.missing({ id: callId });
  const { document, opening_fact_id, closing_fact_id } = row;
  if (!document || !closing_fact_id || !opening_fact_id) {
    throw scenariosErrors.make.evidence_before_close();
  }
  const scored = await submissions.scoredOf(read, callId);
  const byId = new Map(scored.map((each) => [each.id, each]));
  const claims: Claim[] = [
    { path: '/callId', fact: closing_fact_id, pointer: '/body/callId' },
    { path: '/frozenDigest', fact: opening_fact_id, pointer: '/body/frozenDigest' },
    { path: '/hiddenData', fact: opening_fact_id, pointer: '/body/hiddenData' },
    { path: '/scorerDigest', fact: opening_fact_id, pointer: '/body/scorerDigest' },
  ];
  const factIds = [opening_fact_id, closing_fact_id];
  const rows = Array.isArray(document.rows) ? document.rows : [];
  for (const [place, each] of rows.entries()) {
    const submission = isJsonObject(each) ? byId.get(String(each.submissionId)) : undefined;
    if (!isJsonObject(each) || !submission?.score_fact_id) throw new Error(`row ${place} is lost`);
    factIds.push(submission.receipt_fact_id, submission.score_fact_id);
    claims.push(...rowClaims(`/rows/${place}`, each, submission));
  }
  const { facts, checkpoint } = await proven(closing_fact_id, factIds, uses, call);
  return fileOf({ kind: 'leaderboard', document, claims, facts, checkpoint });
}

function rowClaims(at: string, row: JsonObject, submission: submissions.ScoredRow): Claim[] {
  const score = submission.score_fact_id ?? '';
  const receipt = submission.receipt_fact_id;
  const members = ['submissionId', 'teamId', 'revisionDigest'];
  const received = members.map((member) => ({
    path: `${at}/${member}`,
    fact: receipt,
    pointer: `/body/${member}`,
  }));
  const numbers = [...scoreMembers, 'interval']
    .filter((member) => row[member] !== undefined)
    .map((member) => ({ path: `${at}/${member}`, fact: score, pointer: `/body/${member}` }));
  return [...received, ...numbers];
}

// The ledger keeps the order in which facts were recorded, so the last one's place tells of all.
async function proven(
  lastId: string,
  factIds: readonly string[],
  { kernel, options }: Uses,
  call: Call,
) {
  const seconds = options.SCENARIOS_RECEIPT_WAIT_SECONDS;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(seconds * 1_000)]);
  try {
    await kernel.ledger.waitFor(lastId, signal);
    return await kernel.ledger.evidence(factIds);
  } catch (error) {
    call.signal.throwIfAborted();
    if (error instanceof Failure && error.category === 'missing') throw error;
    throw scenariosErrors.make.evidence_waiting({}, { cause: error });
  }
}

// Through JSON, so that what leaves is plain JSON and nothing else.
function fileOf(parts: {
  kind: 'receipt' | 'leaderboard';
  document: JsonObject;
  claims: Claim[];
  facts: unknown;
  checkpoint: string;
}) {
  const whole: Json = JSON.parse(JSON.stringify({ format: evidenceFormat, ...parts }));
  return evidenceFile.parse(whole);
}
