import * as z from 'zod';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import { serviceCall } from '#kernel/principal.ts';
import { lockByProgram } from './agreement-store.ts';
import { isApproved } from './approved-program.ts';
import type { Step, Uses } from './module-uses.ts';
import { activate, deactivate } from './move-agreement.ts';

const aboutProgram = z.object({ programId: z.string() });

/**
 * Agreements follow the approval of their program: withdrawn, they are suspended and carry no grant;
 * given again, they go on. What holds now decides, so that a late or repeated fact does no harm.
 */
export function approvalsSubscription(uses: Uses): Subscription {
  return {
    name: 'exchange.approvals',
    kinds: ['governance.approval_withdrawn', 'governance.approval_given'],
    async handle(fact, tx) {
      const { programId } = aboutProgram.parse(fact.body);
      const call = serviceCall('exchange', new AbortController().signal);
      const step = { tx, uses, call };
      await suspend(programId, step);
      await resume(programId, step);
    },
  };
}

async function suspend(programId: string, step: Step): Promise<void> {
  const reason = 'approval_withdrawn';
  for (const row of await lockByProgram(step.tx, programId, 'active')) {
    if (await isApproved(step.tx, { programId, ownerId: row.seller_id }, step.uses)) continue;
    await deactivate(row, { state: 'suspended', reason }, step);
    await record(row.id, 'exchange.agreement_suspended', { reason }, step);
  }
}

async function resume(programId: string, step: Step): Promise<void> {
  for (const row of await lockByProgram(step.tx, programId, 'suspended')) {
    if (!(await isApproved(step.tx, { programId, ownerId: row.seller_id }, step.uses))) continue;
    await activate(row, step);
    await record(row.id, 'exchange.agreement_resumed', {}, step);
  }
}

async function record(agreementId: string, kind: string, more: object, { tx, uses, call }: Step) {
  await uses.kernel.facts.append(tx, {
    kind,
    subject: agreementId,
    actor: call.principal.id,
    body: { agreementId, ...more },
  });
}
