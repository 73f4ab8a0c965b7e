import * as z from 'zod';
import { words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import { computeStatement, type Posting, roundingRule } from '#verify/statement.ts';
import type { AgreementRow } from './agreement-store.ts';
import type { JournalRow } from './books-store.ts';

/** Of the signed document, what a statement says again: names may change, the document does not. */
const signedParts = z.object({
  title: words(200),
  buyer: z.object({ id: z.string(), name: z.string() }),
  seller: z.object({ id: z.string(), name: z.string() }),
});

type Issue = { number: number; issuedAt: Date };

/**
 * The document of a statement: everything posted up to a place, and what it comes to. It follows from
 * rows that never change, so it is made anew whenever it is asked for; its digest is in the ledger.
 * Pure.
 */
export function statementDocument(
  agreement: AgreementRow,
  journals: readonly JournalRow[],
  { number, issuedAt }: Issue,
): Record<string, Json> {
  const { title, buyer, seller } = signedParts.parse(agreement.document);
  const { postings, totals } = statementOf(agreement, journals);
  return {
    format: 'touyan-statement/1',
    agreementId: agreement.id,
    number,
    agreementDigest: agreement.document_digest,
    ...{ title, buyer, seller },
    currency: agreement.currency,
    priceMinor: agreement.price_minor,
    platformShareBps: agreement.platform_share_bps,
    rounding: roundingRule,
    simulated: true,
    issuedAt: issuedAt.toISOString(),
    postings: journals.map((journal) => postingOf(journal, postings[journal.id])),
    totals: { ...totals },
  };
}

/** The numbers of some postings by the rules, whatever the rows say. */
export function statementOf(agreement: AgreementRow, journals: readonly JournalRow[]) {
  return computeStatement({
    priceMinor: agreement.price_minor,
    platformShareBps: agreement.platform_share_bps,
    postings: journals.map(({ id, kind, calls, amount_minor }) =>
      kind === 'settlement' ? { id, kind, calls } : { id, kind, amountMinor: amount_minor },
    ),
  });
}

function postingOf(journal: JournalRow, posting: Posting | undefined): Record<string, Json> {
  if (!posting) throw new Error(`the posting ${journal.id} was not worked out`);
  const { calls, amountMinor, platformMinor, providerMinor } = posting;
  const entries = posting.entries.map((entry) => ({ ...entry }));
  return {
    journalId: journal.id,
    place: journal.place,
    kind: journal.kind,
    postedAt: journal.posted_at.toISOString(),
    amountMinor,
    ...(journal.kind === 'settlement' ? { calls, platformMinor, providerMinor } : {}),
    entries,
  };
}
