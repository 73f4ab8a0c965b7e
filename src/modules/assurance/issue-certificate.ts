import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { certificateDocument } from './certificate-document.ts';
import * as certificates from './certificate-store.ts';
import { jsonDigest } from './digests.ts';
import { announce, announceCertificate, type Engine } from './engine.ts';
import { assuranceErrors } from './errors.ts';
import { recordedOf } from './score-recorded.ts';
import * as store from './store.ts';

export type CertificateRequest = {
  evaluationId: string;
  title: Words;
  /** What it says something about, and under which conditions. */
  scope: Words;
  /** What it does not say. */
  limits: Words;
  holderId: string;
  /** As the holder is called in public. */
  holderName: string;
  validDays: number;
  /** Why, such as an award: one basis has one certificate of an evaluation. */
  basis: string;
};

const DAY_MS = 86_400_000;

/**
 * Issues a public certificate over a finished evaluation, in the caller's transaction; the owner of
 * the data is its issuer. It shows the score in full, so it lifts the seal of that evaluation. The
 * same basis again gives the same certificate. Resolves to its id; throws `assurance.not_done`,
 * `assurance.is_repeat`.
 */
export async function issueCertificate(
  tx: Executor,
  request: CertificateRequest,
  engine: Engine,
  call: Call,
): Promise<string> {
  const { kernel } = engine;
  const { evaluationId, basis } = request;
  const row = await store.readEvaluation(tx, evaluationId, { lock: true });
  if (!row) throw kernelErrors.make.missing({ id: evaluationId });
  if (row.repeat_of) throw assuranceErrors.make.is_repeat({ evaluationId: row.repeat_of });
  if (row.state !== 'done') throw assuranceErrors.make.not_done({ state: row.state });
  const before = await certificates.findCertificate(tx, evaluationId, basis);
  if (before) return before;
  const recorded = recordedOf(row);
  const certificateId = kernel.ids('certificate');
  const issuedAt = kernel.clock.now();
  const validUntil = new Date(issuedAt.getTime() + request.validDays * DAY_MS);
  const { title, scope, limits, holderId, holderName } = request;
  const holder = { id: holderId, name: holderName };
  const terms = { certificateId, title, scope, limits, holder, issuedAt, validUntil };
  const document = certificateDocument(row, recorded, terms);
  const documentDigest = await jsonDigest(document);
  const { revisionDigest, optionsDigest, datasetDigest, labelsDigest } = recorded;
  const { scorerDigest, environmentDigest, score } = recorded;
  const fact = await kernel.facts.append(tx, {
    kind: 'assurance.certificate_issued',
    subject: certificateId,
    actor: call.principal.id,
    body: {
      ...{ certificateId, documentDigest, evaluationId, basis, holderId },
      ...{ revisionDigest, optionsDigest, datasetDigest, labelsDigest },
      ...{ scorerDigest, environmentDigest, score, validUntil: validUntil.toISOString() },
    },
  });
  await certificates.insertCertificate(tx, {
    id: certificateId,
    evaluation_id: evaluationId,
    basis,
    holder_id: holderId,
    issuer_id: row.data_owner_id,
    document,
    document_digest: documentDigest,
    issued_fact_id: fact.id,
    issued_at: issuedAt,
    valid_until: validUntil,
  });
  const resource = { type: 'assurance.certificate', id: certificateId };
  await kernel.access.register(tx, { ...resource, owner: row.data_owner_id, audience: 'public' });
  await store.unseal(tx, evaluationId);
  announce(tx, row, engine);
  announceCertificate(tx, certificateId, kernel);
  return certificateId;
}
