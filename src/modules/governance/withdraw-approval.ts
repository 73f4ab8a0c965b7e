import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { governanceErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import { setStop } from './stops.ts';
import * as store from './store.ts';

/**
 * Withdraws an approval; again changes nothing. Its grants end and every deployment of its program stops, in one
 * transaction. Throws `governance.approval_state` where it is not in force.
 */
export async function withdrawApproval(
  input: { approvalId: string; reason: string },
  uses: Uses,
  call: Call,
): Promise<void> {
  const { approvalId, reason } = input;
  await uses.kernel.db.transaction(async (tx) => {
    const row = await store.readApproval(tx, { id: approvalId }, { lock: true });
    if (!row) throw kernelErrors.make.missing({ id: approvalId });
    if (row.state === 'withdrawn') return;
    if (row.state !== 'approved') {
      throw governanceErrors.make.approval_state({ state: row.state });
    }
    await endApproval(tx, row, reason, uses, call);
  });
}

/** Ends an approval that is in force. Its row is locked. */
export async function endApproval(
  tx: Executor,
  row: store.ApprovalRow,
  reason: string,
  uses: Uses,
  call: Call,
): Promise<void> {
  const { access, clock, facts } = uses.kernel;
  const { id, case_id: caseId, program_id: programId } = row;
  if (programId === null) throw new Error(`${id} was never approved`);
  const by = call.principal.id;
  await store.recordWithdrawn(tx, id, { by, reason, at: clock.now() });
  // Not the whole basis: on the case stand the grants of those who decided it as well.
  for (const grantId of row.grants) await access.revoke(tx, grantId, reason, call);
  const reasonDigest = await textDigest(reason);
  await facts.append(tx, {
    kind: 'governance.approval_withdrawn',
    subject: id,
    actor: by,
    body: { approvalId: id, caseId, programId, reasonDigest },
  });
  // Also where another approval names the program: whoever knows that it covers a deployment releases it.
  for (const deploymentId of await uses.serving.livingDeployments(programId, tx)) {
    const target = { type: 'serving.deployment' as const, id: deploymentId };
    await setStop(tx, { target, reason }, uses, call);
  }
  await uses.notify(tx, {
    to: row.owner_id,
    kind: 'governance.approval_withdrawn',
    title: { zh: `准入已撤销：${row.title.zh}`, en: `Approval withdrawn: ${row.title.en}` },
    body: { zh: reason, en: reason },
    link: `/governance/approvals/${id}`,
    basis: `${id}/withdrawn`,
  });
  announceApproval(tx, row, uses);
}

export function announceApproval(tx: Executor, row: store.ApprovalRow, { kernel }: Uses): void {
  kernel.db.afterCommit(tx, () => {
    kernel.live.publish(`governance.approval/${row.id}`);
    kernel.live.publish(`governance.assessment/${row.assessment_id}`);
    kernel.live.publish('governance.approval');
    kernel.live.publish('home');
  });
}
