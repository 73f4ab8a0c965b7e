import * as z from 'zod';
import type { Executor } from '#kernel/db.ts';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import type { Call } from '#kernel/principal.ts';
import { certificateState } from './assess.ts';
import type { Refusal } from './entities.ts';
import type { Uses } from './module-uses.ts';
import { ownCall } from './own-call.ts';
import * as store from './store.ts';
import { announceApproval, endApproval } from './withdraw-approval.ts';

const caseClosed = z.object({
  caseId: z.string(),
  procedure: z.string(),
  outcome: z.enum(['approved', 'returned', 'rejected', 'withdrawn']),
});

/** Turns the end of a case into an approval with its grants, or into a refusal. */
export function caseSubscription(uses: Uses): Subscription {
  return {
    name: 'governance.cases',
    kinds: ['cases.case_closed'],
    async handle(fact, tx) {
      const { caseId, procedure, outcome } = caseClosed.parse(fact.body);
      if (!procedure.startsWith('governance.')) return;
      const row = await store.readApproval(tx, { caseId }, { lock: true });
      if (row?.state !== 'requested') return;
      const call = ownCall();
      const refusal = outcome === 'approved' ? await lapsed(tx, row, uses) : refusalOf[outcome];
      if (refusal) await refuse(tx, row, refusal, uses, call);
      else await approve(tx, row, uses, call);
    },
  };
}

const refusalOf: Record<'returned' | 'rejected' | 'withdrawn', Refusal> = {
  returned: 'returned',
  rejected: 'rejected',
  withdrawn: 'case_withdrawn',
};

const certificateRevoked = z.object({ certificateId: z.string() });

const REVOKED = '证书已撤销，准入随之撤销。 The certificate was revoked, and the approval with it.';

/** Withdraws what rests on a certificate that was revoked. */
export function certificateSubscription(uses: Uses): Subscription {
  return {
    name: 'governance.certificates',
    kinds: ['assurance.certificate_revoked'],
    async handle(fact, tx) {
      const { certificateId } = certificateRevoked.parse(fact.body);
      for (const row of await store.approvalsOn(tx, certificateId)) {
        await endApproval(tx, row, REVOKED, uses, ownCall());
      }
    },
  };
}

// A certificate may have ended while the case was open.
async function lapsed(
  tx: Executor,
  row: store.ApprovalRow,
  { assurance, kernel }: Uses,
): Promise<Refusal | null> {
  const certified = await assurance.readCertifiedProgram(row.certificate_id, tx);
  if (!certified) throw new Error(`${row.certificate_id} is gone`);
  const state = certificateState(certified, kernel.clock.now());
  return state === 'valid' ? null : `certificate_${state}`;
}

async function refuse(
  tx: Executor,
  row: store.ApprovalRow,
  refusal: Refusal,
  uses: Uses,
  call: Call,
): Promise<void> {
  await store.recordRefused(tx, row.id, { refusal, at: uses.kernel.clock.now() });
  await uses.kernel.facts.append(tx, {
    kind: 'governance.approval_refused',
    subject: row.id,
    actor: call.principal.id,
    body: { approvalId: row.id, caseId: row.case_id, refusal },
  });
  announceApproval(tx, row, uses);
}

/**
 * Registers the program, and gives the two grants that an approval consists of: its owner and the platform's operators
 * may deploy it, until the certificate ends. What was approved is published.
 */
async function approve(
  tx: Executor,
  row: store.ApprovalRow,
  uses: Uses,
  call: Call,
): Promise<void> {
  const { access, clock, facts } = uses.kernel;
  const { id, case_id, program } = row;
  const programId = await uses.serving.registerProgram(tx, program, call);
  const grants: string[] = [];
  for (const subject of [program.ownerId, 'role:operator']) {
    const resource = { type: 'serving.program', id: programId };
    const terms = { subject, action: 'serving.program.deploy', resource, basis: case_id };
    grants.push(await access.grant(tx, { ...terms, expiresAt: row.valid_until }, call));
  }
  await store.recordApproved(tx, id, { programId, grants, at: clock.now() });
  await store.publishAssessment(tx, row.assessment_id);
  await access.setAudience(tx, { type: 'governance.approval', id }, 'public');
  const assessment = { type: 'governance.assessment', id: row.assessment_id };
  await access.setAudience(tx, assessment, 'public');
  const { assessment_id: assessmentId, certificate_id: certificateId } = row;
  await facts.append(tx, {
    kind: 'governance.approval_given',
    subject: id,
    actor: call.principal.id,
    body: {
      ...{ approvalId: id, assessmentId, certificateId, caseId: case_id, programId },
      ...{ automation: row.automation, districts: row.districts },
    },
  });
  announceApproval(tx, row, uses);
}
