import {
  type AccountKind,
  amountOf,
  creditEntries,
  type PostedEntry,
  settlementEntries,
  splitOf,
} from '#verify/statement.ts';
import { type AgreementRow, addToSums, readAgreement } from './agreement-store.ts';
import * as books from './books-store.ts';
import type { PostingKind } from './entities.ts';
import type { Step, Uses } from './module-uses.ts';

/** What is posted: money that comes in, usage that is settled, money that goes back. */
export type PostingDraft =
  | { kind: 'credit'; amountMinor: number; requestId: string | null }
  | { kind: 'settlement'; calls: number }
  | { kind: 'return'; amountMinor: number };

const factKinds: Readonly<Record<PostingKind, string>> = {
  credit: 'exchange.credit_added',
  settlement: 'exchange.settled',
  return: 'exchange.credit_returned',
};

/**
 * Posts one journal of an agreement, which the caller holds locked: its fact, its entries, the
 * balances of the accounts, the sums of the agreement, all in the caller's transaction. The numbers
 * are those of the method `statement/1`. Resolves to the journal and to the agreement as it is then.
 */
export async function postJournal(
  agreement: AgreementRow,
  draft: PostingDraft,
  { tx, uses, call }: Step,
): Promise<{ journal: books.JournalRow; agreement: AgreementRow }> {
  const { kernel } = uses;
  const id = kernel.ids('journal');
  const { numbers, entries } = workOut(agreement, draft);
  const place = agreement.postings + 1;
  const fact = await kernel.facts.append(tx, {
    kind: factKinds[draft.kind],
    subject: agreement.id,
    actor: call.principal.id,
    body: {
      ...{ agreementId: agreement.id, journalId: id, place, amountMinor: numbers.amount_minor },
      ...(draft.kind === 'settlement'
        ? {
            calls: numbers.calls,
            callsBefore: numbers.calls_before,
            platformMinor: numbers.platform_minor,
            providerMinor: numbers.provider_minor,
          }
        : { simulated: true }),
      entries,
    },
  });
  const journal: books.JournalRow = {
    ...{ id, agreement_id: agreement.id, place, kind: draft.kind, ...numbers },
    request_id: draft.kind === 'credit' ? draft.requestId : null,
    fact_id: fact.id,
    posted_at: kernel.clock.now(),
  };
  await books.insertJournal(tx, journal);
  await postEntries(agreement, journal, entries, { tx, uses, call });
  await addToSums(tx, agreement.id, {
    calls: numbers.calls,
    paidMinor: draft.kind === 'credit' ? numbers.amount_minor : 0,
    settledMinor: draft.kind === 'settlement' ? numbers.amount_minor : 0,
    returnedMinor: draft.kind === 'return' ? numbers.amount_minor : 0,
    platformMinor: numbers.platform_minor,
  });
  const after = await readAgreement(tx, agreement.id);
  if (!after) throw new Error('a locked agreement vanished');
  return { journal, agreement: after };
}

function workOut(agreement: AgreementRow, draft: PostingDraft) {
  const calls_before = agreement.calls_settled;
  if (draft.kind !== 'settlement') {
    const { kind, amountMinor } = draft;
    const entries = creditEntries(kind === 'credit' ? amountMinor : -amountMinor);
    const none = { calls: 0, calls_before, platform_minor: 0, provider_minor: 0 };
    return { numbers: { ...none, amount_minor: amountMinor }, entries };
  }
  const { calls } = draft;
  const amount_minor = amountOf(calls, agreement.price_minor);
  const { platformMinor, providerMinor } = splitOf(
    agreement.settled_minor,
    amount_minor,
    agreement.platform_share_bps,
  );
  return {
    numbers: {
      ...{ calls, calls_before, amount_minor },
      ...{ platform_minor: platformMinor, provider_minor: providerMinor },
    },
    entries: settlementEntries(platformMinor, providerMinor),
  };
}

async function postEntries(
  agreement: AgreementRow,
  journal: books.JournalRow,
  entries: readonly PostedEntry[],
  { tx, uses }: Step,
): Promise<void> {
  const changes = new Map<string, number>();
  for (const [place, { account, amountMinor }] of entries.entries()) {
    const accountId = await ensureAccount(agreement, account, { tx, uses });
    changes.set(accountId, amountMinor);
    await books.insertEntry(tx, {
      id: uses.kernel.ids('entry'),
      journal_id: journal.id,
      account_id: accountId,
      agreement_id: agreement.id,
      place,
      amount_minor: amountMinor,
      posted_at: journal.posted_at,
    });
  }
  // In one order everywhere, so that two agreements that share accounts never wait in a circle.
  for (const [accountId, amountMinor] of [...changes].sort(([left], [right]) =>
    left < right ? -1 : 1,
  )) {
    await books.addToBalance(tx, accountId, amountMinor);
  }
}

/** The account of that kind which concerns the agreement, made where it is not there yet. */
async function ensureAccount(
  agreement: AgreementRow,
  kind: AccountKind,
  { tx, uses }: { tx: Step['tx']; uses: Uses },
): Promise<string> {
  const { kernel } = uses;
  const owners = { credit: agreement.buyer_id, revenue: agreement.seller_id };
  const owner_id = kind === 'credit' || kind === 'revenue' ? owners[kind] : null;
  const agreement_id = kind === 'credit' ? agreement.id : null;
  const name = { kind, owner_id, agreement_id, currency: agreement.currency };
  const standing = await books.findAccount(tx, name);
  if (standing) return standing;
  const id = kernel.ids('account');
  if (await books.insertAccount(tx, { ...name, id })) {
    const resource = { type: 'exchange.account', id, owner: owner_id };
    await kernel.access.register(tx, { ...resource, audience: 'owner' });
    return id;
  }
  const other = await books.findAccount(tx, name);
  if (!other) throw new Error('an account vanished while it was made');
  return other;
}
