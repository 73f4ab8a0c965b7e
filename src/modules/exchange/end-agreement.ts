import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { hasBegun, type StateReason } from './agreement-state.ts';
import { type AgreementRow, readAgreement } from './agreement-store.ts';
import { issueStatement } from './issue-statement.ts';
import type { Step, Uses } from './module-uses.ts';
import { deactivate } from './move-agreement.ts';
import { postJournal } from './post-journal.ts';
import { settleUpTo } from './settle.ts';
import { administers } from './standing.ts';

/** Ends an agreement in the name of whichever party asks; one that has ended stays so. */
export async function endAgreement(
  input: { agreementId: string; reason: string },
  uses: Uses,
  call: Call,
): Promise<void> {
  const { agreementId } = input;
  await uses.kernel.db.transaction(async (tx) => {
    const row = await readAgreement(tx, agreementId, { lock: true });
    if (!row) throw kernelErrors.make.missing({ id: agreementId });
    if (row.state === 'ended') return;
    const buyer = administers(call.principal, row.buyer_id);
    const seller = administers(call.principal, row.seller_id);
    if (!buyer && !seller && call.principal.kind !== 'service') {
      const permission = 'exchange.agreement.end';
      throw kernelErrors.make.denied({ permission, owner: row.buyer_id });
    }
    const reason = buyer ? 'ended_by_buyer' : 'ended_by_seller';
    await endLocked(row, { reason, text: input.reason }, { tx, uses, call });
  });
}

/**
 * Ends an agreement that the caller holds locked, in one transaction: no call is counted any more,
 * those counted are settled, the remainder goes back, the last statement is issued.
 */
export async function endLocked(
  row: AgreementRow,
  why: { reason: StateReason; text: string | null },
  step: Step,
): Promise<void> {
  const { tx, uses, call } = step;
  const { kernel } = uses;
  let returnedMinor = 0;
  if (hasBegun(row.state)) {
    const closed = await uses.serving.closeAllowance(tx, row.id);
    const { agreement } = await settleUpTo(row, closed?.used ?? 0, step);
    returnedMinor = agreement.paid_minor - agreement.settled_minor - agreement.returned_minor;
    const last =
      returnedMinor > 0
        ? await postJournal(agreement, { kind: 'return', amountMinor: returnedMinor }, step)
        : { agreement };
    if (last.agreement.postings > row.postings || row.statements === 0) {
      await issueStatement(last.agreement, step);
    }
  }
  await deactivate(
    row,
    {
      state: 'ended',
      reason: why.reason,
      ...(why.text === null ? {} : { endReason: why.text }),
    },
    step,
  );
  await kernel.facts.append(tx, {
    kind: 'exchange.agreement_ended',
    subject: row.id,
    actor: call.principal.id,
    body: {
      ...{ agreementId: row.id, reason: why.reason, returnedMinor },
      reasonDigest: why.text === null ? null : await textDigest(why.text),
    },
  });
  for (const to of [row.buyer_id, row.seller_id]) {
    await uses.notify(tx, {
      to,
      kind: 'exchange.agreement_ended',
      title: { zh: '合约已结束', en: 'The agreement has ended' },
      body: {
        zh: `《${row.title.zh}》的合约已结束，用量已结算，余额退回买方。`,
        en: `The agreement on ${row.title.en || row.title.zh} has ended; usage is settled.`,
      },
      link: `/exchange/agreements/${row.id}`,
      basis: row.id,
    });
  }
}
