import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import { certificateHead } from './certificate-document.ts';
import * as certificates from './certificate-store.ts';
import { recordedOf } from './score-recorded.ts';
import * as store from './store.ts';

/** A certificate with exactly what was evaluated, for who decides what may run. */
export type CertifiedProgram = {
  certificateId: string;
  title: Words;
  holderId: string;
  validUntil: Date;
  revoked: boolean;
  program: {
    ownerId: string;
    revisionDigest: string;
    entry: string;
    environment: store.PinnedProgram['environment'];
    environmentDigest: string;
    options: Record<string, Json>;
    optionsDigest: string;
  };
};

/** Null where there is no such certificate. */
export async function readCertifiedProgram(
  executor: Executor,
  certificateId: string,
): Promise<CertifiedProgram | null> {
  const certificate = await certificates.readCertificate(executor, certificateId);
  const row = certificate && (await store.readEvaluation(executor, certificate.evaluation_id));
  if (!row) return null;
  const { revisionDigest, environmentDigest, optionsDigest } = recordedOf(row);
  const { entry, environment } = row.spec.program;
  return {
    certificateId,
    title: certificateHead.parse(certificate.document).title,
    holderId: certificate.holder_id,
    validUntil: certificate.valid_until,
    revoked: certificate.revoked_at !== null,
    program: {
      ...{ ownerId: row.owner_id, revisionDigest, entry, environment },
      ...{ environmentDigest, options: row.spec.options, optionsDigest },
    },
  };
}
