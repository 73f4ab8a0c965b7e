import type { Json } from '#kernel/errors.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { pause } from '#kernel/service.ts';
import { evidenceFormat } from '#verify/evidence.ts';
import { certificatePaths } from './certificate-document.ts';
import * as certificates from './certificate-store.ts';
import { scoreClaims } from './claims.ts';
import { disclosedTexts } from './disclose-evaluation.ts';
import type { Engine } from './engine.ts';
import { assuranceErrors } from './errors.ts';
import { existing, readerSight } from './read-evaluations.ts';
import { recordedOf } from './score-recorded.ts';
import type { EvaluationRow } from './store.ts';

/**
 * Evidence files, format `touyan-evidence/1`: everything that a stranger needs to check a document.
 */
type EvidenceFile = Record<string, Json>;

/**
 * The evidence of a certificate: its document, the recorded score, and whatever confirms or withdraws
 * it by now. A file of a revoked certificate says so to every verifier; one that was taken before
 * cannot know.
 */
export async function certificateEvidence(
  certificateId: string,
  engine: Engine,
  call: Call,
): Promise<EvidenceFile> {
  const row = await certificates.readCertificate(engine.kernel.db.read, certificateId);
  if (!row) throw kernelErrors.make.missing({ id: certificateId });
  const evaluation = await existing(row.evaluation_id, engine);
  const facts = [row.score_fact_id, row.attested_fact_id, row.issued_fact_id, row.revoked_fact_id];
  return {
    format: evidenceFormat,
    kind: 'certificate',
    document: row.document,
    claims: scoreClaims(evaluation, certificatePaths),
    ...(await proofsOf(
      facts.filter((fact) => fact !== null),
      engine,
      call,
    )),
    ...(await disclosedOf(evaluation, engine)),
  };
}

/**
 * The receipt of a recorded score: the fact, every value of it claimed. It shows the score in full,
 * so it throws `assurance.sealed` to whoever may not see that yet; `assurance.not_done`,
 * `assurance.is_repeat`.
 */
export async function evaluationEvidence(
  evaluationId: string,
  engine: Engine,
  call: Call,
): Promise<EvidenceFile> {
  const row = await existing(evaluationId, engine);
  if (row.repeat_of) throw assuranceErrors.make.is_repeat({ evaluationId: row.repeat_of });
  if (row.state !== 'done' || !row.score_fact_id) {
    throw assuranceErrors.make.not_done({ state: row.state });
  }
  const { data } = await readerSight(row, engine, call);
  if (row.sealed && !data) throw assuranceErrors.make.sealed();
  const document = recordedOf(row);
  const paths = Object.fromEntries(Object.keys(document).map((name) => [name, `/${name}`]));
  // A receipt is one fact: an attestation stands in the evidence of a certificate.
  const claims = scoreClaims({ ...row, attested_fact_id: null }, paths);
  return {
    format: evidenceFormat,
    kind: 'receipt',
    document: { ...document },
    claims,
    ...(await proofsOf([row.score_fact_id], engine, call)),
    ...(await disclosedOf(row, engine)),
  };
}

// Waits a little for the witnesses; without them the file says less, and the verifier says so.
async function proofsOf(factIds: readonly string[], engine: Engine, call: Call) {
  const { kernel, options } = engine;
  const waiting = new AbortController();
  const signal = AbortSignal.any([call.signal, waiting.signal]);
  const cosigned = Promise.all(factIds.map((id) => kernel.ledger.waitFor(id, signal)));
  const enough = pause(options.ASSURANCE_WITNESS_WAIT_SECONDS * 1_000, signal);
  try {
    await Promise.race([cosigned, enough]);
  } finally {
    waiting.abort();
    await cosigned.catch(() => {});
  }
  const { facts, checkpoint } = await kernel.ledger.evidence(factIds);
  return { facts: JSON.parse(JSON.stringify(facts)), checkpoint };
}

async function disclosedOf(
  row: EvaluationRow,
  engine: Engine,
): Promise<{ disclosed?: Record<string, string> }> {
  if (!row.disclosed_at || !row.predictions_digest) return {};
  const { predictions, labels } = await disclosedTexts(row, engine);
  return { disclosed: { [row.predictions_digest]: predictions, [row.spec.labels]: labels } };
}
