import { kernelErrors } from '#kernel/errors.ts';
import { amountOf, roundingRule } from '#verify/statement.ts';
import { hasBegun } from './agreement-state.ts';
import { readAgreement } from './agreement-store.ts';
import * as books from './books-store.ts';
import { type PostingView, postingsMax, type StatementView } from './entities.ts';
import { exchangeErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';

/**
 * The statement of an agreement over a period, the same for whoever may read it. Sums are over the
 * whole period, however many postings it shows. Throws `exchange.not_begun`.
 */
export async function readStatement(
  input: { agreementId: string; from?: string | undefined; to?: string | undefined },
  uses: Uses,
): Promise<StatementView> {
  const { agreementId } = input;
  const from = input.from ? new Date(input.from) : null;
  const to = input.to ? new Date(input.to) : null;
  const { read } = uses.kernel.db;
  const row = await readAgreement(read, agreementId);
  if (!row) throw kernelErrors.make.missing({ id: agreementId });
  if (!hasBegun(row.state) || !row.activated_at) throw exchangeErrors.make.not_begun();
  const period = { from, to };
  const sums = await books.sumsOf(read, agreementId, period);
  const untilThen = await books.sumsOf(read, agreementId, { from: null, to });
  const { entries, sum_minor } = await books.entriesSum(read, agreementId, period);
  const journals = await books.postingsOf(read, agreementId, period, postingsMax);
  const last = await books.lastStatement(read, agreementId);
  const usage = await uses.serving.usageOf(agreementId, read);
  const unsettled = Math.max(0, usage.calls - row.calls_settled);
  const names = await uses.partyNames([row.buyer_id, row.seller_id]);
  const postings = await postingViews(journals, uses);
  return {
    ...{ agreementId, title: row.title, state: row.state },
    ...{ buyerId: row.buyer_id, buyerName: names.get(row.buyer_id) ?? row.buyer_id },
    ...{ sellerId: row.seller_id, sellerName: names.get(row.seller_id) ?? row.seller_id },
    ...{ currency: row.currency, priceMinor: row.price_minor },
    ...{ platformShareBps: row.platform_share_bps, rounding: roundingRule, simulated: true },
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    creditMinor: sums.credit_minor,
    calls: sums.calls,
    amountMinor: sums.amount_minor,
    platformMinor: sums.platform_minor,
    providerMinor: sums.provider_minor,
    returnedMinor: sums.returned_minor,
    remainingMinor: untilThen.credit_minor - untilThen.amount_minor - untilThen.returned_minor,
    entriesCount: entries,
    entriesSum: sum_minor,
    postings,
    postingsLeftOut: sums.postings - postings.length,
    unsettled: { calls: unsettled, amountMinor: amountOf(unsettled, row.price_minor) },
    issued: last && {
      number: last.number,
      documentDigest: last.document_digest,
      issuedAt: last.issued_at.toISOString(),
      factId: last.fact_id,
    },
    settledUntil: postings.findLast(({ kind }) => kind === 'settlement')?.postedAt ?? null,
  };
}

async function postingViews(
  journals: readonly books.JournalRow[],
  { kernel }: Uses,
): Promise<PostingView[]> {
  const ids = journals.map(({ id }) => id);
  const entries = ids.length === 0 ? [] : await books.entriesOf(kernel.db.read, ids);
  const byJournal = Map.groupBy(entries, (entry) => entry.journal_id);
  return journals.map((journal) => ({
    journalId: journal.id,
    place: journal.place,
    kind: journal.kind,
    calls: journal.calls,
    amountMinor: journal.amount_minor,
    platformMinor: journal.platform_minor,
    providerMinor: journal.provider_minor,
    postedAt: journal.posted_at.toISOString(),
    factId: journal.fact_id,
    entries: (byJournal.get(journal.id) ?? []).map((entry) => ({
      entryId: entry.id,
      accountId: entry.account_id,
      account: entry.account,
      ownerId: entry.owner_id,
      amountMinor: entry.amount_minor,
    })),
  }));
}
