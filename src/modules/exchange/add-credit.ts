import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { callsOf } from '#verify/statement.ts';
import { readAgreement } from './agreement-store.ts';
import { findByRequest } from './books-store.ts';
import { exchangeErrors } from './errors.ts';
import { announce, type Uses } from './module-uses.ts';
import { activate, allowPaid } from './move-agreement.ts';
import { postJournal } from './post-journal.ts';

/**
 * Puts in credit by a simulated payment; what it buys is allowed at once, and an agreement whose
 * credit was used up is active again. The same requestId counts once. Throws `exchange.not_payable`,
 * `request_differs`, `credit_beyond_terms`.
 */
export async function addCredit(
  input: { agreementId: string; amountMinor: number; requestId: string },
  uses: Uses,
  call: Call,
): Promise<void> {
  const { agreementId, amountMinor, requestId } = input;
  await uses.kernel.db.transaction(async (tx) => {
    const row = await readAgreement(tx, agreementId, { lock: true });
    if (!row) throw kernelErrors.make.missing({ id: agreementId });
    const before = await findByRequest(tx, agreementId, requestId);
    if (before?.amount_minor === amountMinor) return;
    if (before) throw exchangeErrors.make.request_differs({ requestId });
    if (row.state !== 'active' && row.state !== 'exhausted') {
      throw exchangeErrors.make.not_payable({ state: row.state });
    }
    const calls = callsOf(row.paid_minor + amountMinor, row.price_minor);
    if (row.calls_max !== null && calls > row.calls_max) {
      throw exchangeErrors.make.credit_beyond_terms({ callsMax: row.calls_max, calls });
    }
    const step = { tx, uses, call };
    const draft = { kind: 'credit', amountMinor, requestId } as const;
    const { agreement } = await postJournal(row, draft, step);
    const paid = await allowPaid(agreement, step);
    if (paid.state === 'exhausted' && paid.calls_settled < paid.calls_allowed) {
      await activate(paid, step);
    }
    announce(tx, agreementId, uses);
  });
}
