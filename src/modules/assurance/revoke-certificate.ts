import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import * as certificates from './certificate-store.ts';
import { announceCertificate, type Engine } from './engine.ts';
import { assuranceErrors } from './errors.ts';

/** Revokes a certificate at once and for good. Throws `assurance.already_revoked`. */
export async function revokeCertificate(
  input: { certificateId: string; reason: string },
  { kernel }: Engine,
  call: Call,
): Promise<void> {
  const { certificateId, reason } = input;
  const reasonDigest = await textDigest(reason);
  await kernel.db.transaction(async (tx) => {
    const row = await certificates.readCertificate(tx, certificateId, { lock: true });
    if (!row) throw kernelErrors.make.missing({ id: certificateId });
    if (row.revoked_at) {
      const revokedAt = row.revoked_at.toISOString();
      throw assuranceErrors.make.already_revoked({ revokedAt });
    }
    const by = call.principal.id;
    const fact = await kernel.facts.append(tx, {
      kind: 'assurance.certificate_revoked',
      subject: certificateId,
      actor: by,
      body: { certificateId, documentDigest: row.document_digest, reasonDigest },
    });
    const at = kernel.clock.now();
    await certificates.recordRevocation(tx, certificateId, { at, by, reason, factId: fact.id });
    announceCertificate(tx, certificateId, kernel);
  });
}
