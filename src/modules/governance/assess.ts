import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import type { CertifiedProgram } from '#modules/assurance';
import { textDigest } from '#verify/crypto.ts';
import { canonicalJson } from '#verify/jcs.ts';
import type { Answers } from './answer-sheet.ts';
import { governanceErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';
import { tierOf } from './tier.ts';
import { rulesVersion } from './tier-rules.ts';

/** A certificate that something may rest on now. Throws `kernel.missing`, `governance.certificate_invalid`. */
export async function validCertificate(
  certificateId: string,
  { kernel, assurance }: Uses,
): Promise<CertifiedProgram> {
  const certified = await assurance.readCertifiedProgram(certificateId);
  if (!certified) throw kernelErrors.make.missing({ id: certificateId });
  const state = certificateState(certified, kernel.clock.now());
  if (state !== 'valid') throw governanceErrors.make.certificate_invalid({ state });
  return certified;
}

export function certificateState(
  { revoked, validUntil }: CertifiedProgram,
  now: Date,
): 'valid' | 'expired' | 'revoked' {
  if (revoked) return 'revoked';
  return validUntil.getTime() <= now.getTime() ? 'expired' : 'valid';
}

/**
 * Assesses a use of a certified program by its answer sheet; resolves to the assessment's id. The same certificate,
 * words and answers under the same rules are the same assessment, so a repeated request is safe. Only somebody of
 * the certificate's holder may.
 */
export async function assess(
  input: { certificateId: string; use: string; answers: Answers },
  uses: Uses,
  call: Call,
): Promise<string> {
  const { kernel } = uses;
  const { certificateId, use } = input;
  const certified = await validCertificate(certificateId, uses);
  const ownerId = certified.holderId;
  const holder = { type: 'party', id: ownerId };
  await kernel.access.require(call.principal, 'governance.assessment.create', holder);
  const given = ordered(input.answers);
  const { tier, rules } = tierOf(given);
  const sheetDigest = await textDigest(
    canonicalJson({ certificateId, use, answers: given, rulesVersion }),
  );
  const facts = {
    useDigest: await textDigest(use),
    answersDigest: await textDigest(canonicalJson(given)),
  };
  return kernel.db.transaction(async (tx) => {
    const id = kernel.ids('assessment');
    const inserted = await store.insertAssessment(tx, {
      id,
      certificate_id: certificateId,
      title: certified.title,
      owner_id: ownerId,
      purpose: use,
      answers: given,
      rules_version: rulesVersion,
      tier,
      rules,
      sheet_digest: sheetDigest,
      assessed_by: call.principal.id,
      assessed_at: kernel.clock.now(),
    });
    if (!inserted) {
      const before = await store.readAssessment(tx, { sheetDigest });
      if (!before) throw new Error(`the assessment of ${sheetDigest} vanished`);
      return before.id;
    }
    const resource = { type: 'governance.assessment', id, owner: ownerId };
    await kernel.access.register(tx, { ...resource, audience: 'owner' });
    await kernel.facts.append(tx, {
      kind: 'governance.tier_assessed',
      subject: id,
      actor: call.principal.id,
      body: {
        ...{ assessmentId: id, certificateId, ownerId, ...facts, rulesVersion, tier },
        rules: rules.map(({ ruleId }) => ruleId),
      },
    });
    kernel.db.afterCommit(tx, () => kernel.live.publish('governance.assessment'));
    return id;
  });
}

// The order in which boxes were ticked says nothing.
function ordered(given: Answers): Answers {
  const sorted = <Code extends string>(codes: readonly Code[]) => [...new Set(codes)].sort();
  return {
    ...given,
    practices: sorted(given.practices),
    areas: sorted(given.areas),
    encounters: sorted(given.encounters),
  };
}
