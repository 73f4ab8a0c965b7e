import { strict as assert } from 'node:assert';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { hasBegun, isRunning } from './agreement-state.ts';
import * as agreements from './agreement-store.ts';
import type { JournalRow } from './books-store.ts';
import type { SettledView } from './entities.ts';
import { exchangeErrors } from './errors.ts';
import { issueStatement } from './issue-statement.ts';
import { announce, type Step, type Uses } from './module-uses.ts';
import { exhausted } from './move-agreement.ts';
import { nextLook } from './next-look.ts';
import { postJournal } from './post-journal.ts';

type AgreementRow = agreements.AgreementRow;

/**
 * Settles the usage of an agreement up to now, once: calls are counted without gaps in serving, and
 * each settlement takes those after the last one. Throws `exchange.not_begun`.
 */
export async function settle(agreementId: string, uses: Uses, call: Call): Promise<SettledView> {
  return uses.kernel.db.transaction(async (tx) => {
    const row = await agreements.readAgreement(tx, agreementId, { lock: true });
    if (!row) throw kernelErrors.make.missing({ id: agreementId });
    if (!hasBegun(row.state)) throw exchangeErrors.make.not_begun();
    const step = { tx, uses, call };
    if (!isRunning(row.state)) return viewOf(row, null);
    const { calls } = await uses.serving.usageOf(agreementId, tx);
    const { agreement, journal } = await settleUpTo(row, calls, step);
    if (journal) await issueStatement(agreement, step);
    const state = await exhausted(agreement, step);
    await agreements.recordDue(tx, agreementId, nextLook(agreement, uses));
    if (journal) announce(tx, agreementId, uses);
    return { ...viewOf(agreement, journal), state };
  });
}

/** Posts the calls after the last settled one; null where there are none. */
export async function settleUpTo(
  row: AgreementRow,
  calls: number,
  step: Step,
): Promise<{ agreement: AgreementRow; journal: JournalRow | null }> {
  const fresh = calls - row.calls_settled;
  assert(fresh >= 0, `${row.id} has fewer calls (${calls}) than were settled`);
  if (fresh === 0) return { agreement: row, journal: null };
  return postJournal(row, { kind: 'settlement', calls: fresh }, step);
}

function viewOf(row: AgreementRow, journal: JournalRow | null): SettledView {
  return {
    agreementId: row.id,
    journalId: journal?.id ?? null,
    calls: journal?.calls ?? 0,
    amountMinor: journal?.amount_minor ?? 0,
    platformMinor: journal?.platform_minor ?? 0,
    providerMinor: journal?.provider_minor ?? 0,
    state: row.state,
  };
}
