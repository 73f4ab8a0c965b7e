import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import { certificateHead, levelOf } from './certificate-document.ts';
import * as certificates from './certificate-store.ts';
import type { assuranceContract } from './contract.ts';
import type { Engine } from './engine.ts';
import type { CertificateDetail, CertificateView } from './entities.ts';

type AssuranceHandlers = Handlers<(typeof assuranceContract)['operations']>;

/** Reading certificates; they are open to everybody. */
export function certificateHandlers(
  engine: Engine,
): Pick<AssuranceHandlers, 'listCertificates' | 'getCertificate'> {
  const { db, clock } = engine.kernel;
  return {
    async listCertificates({ cursor, limit, ...wanted }) {
      const now = clock.now();
      const filter = { ...wanted, now };
      const total = await certificates.countCertificates(db.read, filter);
      const page = { after: decodeCursor(cursor), limit: limit + 1 };
      const rows = await certificates.listCertificates(db.read, filter, page);
      const { items, nextCursor } = toPage(rows, limit, (row) => ({
        key: row.issued_at.toISOString(),
        id: row.id,
      }));
      return { items: items.map((row) => viewOf(row, now)), total, nextCursor };
    },
    getCertificate: ({ certificateId }, call) => readCertificate(certificateId, engine, call),
  };
}

/** A certificate with its document, and what the caller can do with it. */
export async function readCertificate(
  certificateId: string,
  { kernel }: Engine,
  call: Call,
): Promise<CertificateDetail> {
  const row = await certificates.readCertificate(kernel.db.read, certificateId);
  if (!row) throw kernelErrors.make.missing({ id: certificateId });
  const resource = { type: 'assurance.certificate', id: row.id };
  const permission = 'assurance.certificate.manage';
  const { allowed } = await kernel.access.decide(call.principal, permission, resource);
  return {
    ...viewOf(row, kernel.clock.now()),
    document: row.document,
    documentDigest: row.document_digest,
    issuerId: row.issuer_id,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revokedReason: row.revoked_reason,
    disclosedAt: row.disclosed_at?.toISOString() ?? null,
    attestedBy: row.attested_by,
    facts: {
      score: row.score_fact_id,
      issued: row.issued_fact_id,
      attested: row.attested_fact_id,
      revoked: row.revoked_fact_id,
    },
    actions: allowed && !row.revoked_at ? ['revoke'] : [],
  };
}

function viewOf(row: certificates.CertificateRow, now: Date): CertificateView {
  const head = certificateHead.parse(row.document);
  return {
    certificateId: row.id,
    state: stateOf(row, now),
    title: head.title,
    holderId: row.holder_id,
    holderName: head.holder.name,
    evaluationId: row.evaluation_id,
    revisionDigest: head.program.revisionDigest,
    datasetDigest: head.dataset.revisionDigest,
    score: head.score,
    level: levelOf(row),
    issuedAt: row.issued_at.toISOString(),
    validUntil: row.valid_until.toISOString(),
  };
}

function stateOf(row: certificates.CertificateRow, now: Date): CertificateView['state'] {
  if (row.revoked_at) return 'revoked';
  return row.valid_until.getTime() <= now.getTime() ? 'expired' : 'valid';
}
