import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { ApprovalDetail, ApprovalView } from './entities.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';
import { timeCursor } from './time-cursor.ts';

export async function readApproval(
  approvalId: string,
  uses: Uses,
  call: Call,
): Promise<ApprovalDetail> {
  const { kernel } = uses;
  const row = await store.readApproval(kernel.db.read, { id: approvalId });
  if (!row) throw kernelErrors.make.missing({ id: approvalId });
  const resource = { type: 'governance.approval', id: approvalId };
  const permission = 'governance.approval.withdraw';
  const { allowed } = await kernel.access.decide(call.principal, permission, resource);
  const [view] = await viewsOf([row], uses);
  if (!view) throw new Error('one row gives one view');
  const { revisionDigest, environment, environmentDigest, optionsDigest } = row.program;
  return {
    ...view,
    program: { revisionDigest, environment, environmentDigest, optionsDigest },
    requestedBy: row.requested_by,
    withdrawnBy: row.withdrawn_by,
    withdrawnReason: row.withdrawn_reason,
    actions: allowed && row.state === 'approved' ? ['withdraw'] : [],
  };
}

export async function listApprovals(
  input: Omit<store.ApprovalFilter, 'visible'> & { cursor?: string | undefined; limit: number },
  uses: Uses,
  call: Call,
) {
  const { access, db } = uses.kernel;
  const filter: store.ApprovalFilter = {
    ...input,
    visible: (id) => access.visible(call.principal, 'governance.approval.read', id),
  };
  const page = { after: timeCursor(input.cursor), limit: input.limit + 1 };
  const { rows, total } = await store.listApprovals(db.read, filter, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.requested_at.toISOString(),
    id: row.id,
  }));
  return { items: await viewsOf(items, uses), total, nextCursor };
}

async function viewsOf(rows: readonly store.ApprovalRow[], uses: Uses): Promise<ApprovalView[]> {
  const names = await uses.partyNames(rows.map((row) => row.owner_id));
  return rows.map((row) => ({
    approvalId: row.id,
    assessmentId: row.assessment_id,
    certificateId: row.certificate_id,
    title: row.title,
    ownerId: row.owner_id,
    ownerName: names.get(row.owner_id) ?? row.owner_id,
    tier: row.tier,
    use: row.use,
    purpose: row.purpose,
    districts: row.districts,
    automation: row.automation,
    state: row.state,
    refusal: row.refusal,
    caseId: row.case_id,
    programId: row.program_id,
    validUntil: row.valid_until.toISOString(),
    requestedAt: row.requested_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
  }));
}
