import type { AgreementState, StateReason } from './agreement-state.ts';
import { type AgreementRow, moveAgreement, recordAllowed } from './agreement-store.ts';
import { allowedCalls } from './allowed-calls.ts';
import { announce, type Step } from './module-uses.ts';
import { nextLook } from './next-look.ts';

/** Moves an agreement out of `active`, if it is: the grant to call goes with the state. */
export async function deactivate(
  row: AgreementRow,
  to: { state: AgreementState; reason: StateReason; endReason?: string },
  { tx, uses, call }: Step,
): Promise<void> {
  const { kernel } = uses;
  if (row.grant_id) await kernel.access.revoke(tx, row.grant_id, to.reason, call);
  const at = kernel.clock.now();
  const dueAt = to.state === 'ended' ? null : nextLook(row, uses);
  await moveAgreement(tx, row.id, { ...to, grantId: null, at, dueAt });
  announce(tx, row.id, uses);
}

/** Makes an agreement active: the buyer gets the grant to call the program, until it runs out. */
export async function activate(row: AgreementRow, { tx, uses, call }: Step): Promise<void> {
  const { kernel } = uses;
  if (!row.valid_until) throw new Error('an agreement becomes active with an end');
  const grantId = await kernel.access.grant(
    tx,
    {
      subject: row.buyer_id,
      action: 'serving.program.call',
      resource: { type: 'serving.program', id: row.program_id },
      expiresAt: row.valid_until,
      basis: row.id,
    },
    call,
  );
  const at = kernel.clock.now();
  const dueAt = nextLook(row, uses);
  await moveAgreement(tx, row.id, { state: 'active', reason: null, grantId, at, dueAt });
  announce(tx, row.id, uses);
}

/** Allows in serving what the credit buys by now beyond what was allowed. */
export async function allowPaid(
  row: AgreementRow,
  { tx, uses, call }: Step,
): Promise<AgreementRow> {
  const allowed = allowedCalls(row);
  const calls = allowed - row.calls_allowed;
  if (calls <= 0) return row;
  const { program_id: programId, buyer_id: callerId, id: basis } = row;
  await uses.serving.allow(tx, { programId, callerId, basis, calls }, call);
  await recordAllowed(tx, row.id, allowed);
  return { ...row, calls_allowed: allowed };
}

/** Says so where an active agreement has used up its calls; resolves to the state then. */
export async function exhausted(row: AgreementRow, step: Step): Promise<AgreementState> {
  if (row.state !== 'active' || row.calls_settled < row.calls_allowed) return row.state;
  const { tx, uses, call } = step;
  await deactivate(row, { state: 'exhausted', reason: 'credit_used_up' }, step);
  await uses.kernel.facts.append(tx, {
    kind: 'exchange.agreement_exhausted',
    subject: row.id,
    actor: call.principal.id,
    body: { agreementId: row.id, calls: row.calls_settled },
  });
  await uses.notify(tx, {
    to: row.buyer_id,
    kind: 'exchange.credit_used_up',
    title: { zh: '预付额度已用完', en: 'The prepaid credit is used up' },
    body: {
      zh: `《${row.title.zh}》的预付额度已用完，续费后可继续调用。`,
      en: `The prepaid credit for ${row.title.en || row.title.zh} is used up. Add credit to go on.`,
    },
    link: `/exchange/agreements/${row.id}`,
    basis: `${row.id} ${row.calls_allowed}`,
  });
  return 'exhausted';
}
