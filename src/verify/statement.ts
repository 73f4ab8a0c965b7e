import type { Fact } from './fact.ts';
import { canonicalJson } from './jcs.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/**
 * The method `statement/1`: what an agreement's prepaid calls come to. Its inputs are facts of the
 * file, all about one agreement; its rules stand in `docs/evidence/statement-1.md`. Money is whole
 * minor units; products and quotients are taken in arbitrary precision and must fit 53 bits.
 */
export const statementMethod = 'statement/1';

/**
 * Of all that was settled so far the platform's share is rounded down to the minor unit, and each
 * settlement posts what is still missing from it. So it does not matter how often one settles.
 */
export const roundingRule = 'cumulative-down';

/** What an entry is posted to: buyer's credit, seller's revenue, platform's share, payments. */
export const accountKinds = ['payments', 'credit', 'revenue', 'platform'] as const;
export type AccountKind = (typeof accountKinds)[number];

/** Positive: the account gains. Negative: it gives. The entries of a posting sum to 0. */
export type PostedEntry = { readonly account: AccountKind; readonly amountMinor: number };

const basisPoints = 10_000n;

/** `calls` times the price. Throws RangeError where the product does not fit. */
export function amountOf(calls: number, priceMinor: number): number {
  return whole(BigInt(calls) * BigInt(priceMinor));
}

/** How many whole calls an amount buys. */
export function callsOf(amountMinor: number, priceMinor: number): number {
  return whole(BigInt(amountMinor) / BigInt(priceMinor));
}

/** What one settlement posts, when `settledMinor` had been settled before it. */
export function splitOf(
  settledMinor: number,
  amountMinor: number,
  platformShareBps: number,
): { platformMinor: number; providerMinor: number } {
  const share = (minor: number) => (BigInt(minor) * BigInt(platformShareBps)) / basisPoints;
  const platformMinor = whole(share(settledMinor + amountMinor) - share(settledMinor));
  return { platformMinor, providerMinor: amountMinor - platformMinor };
}

/** Credit that comes in; negative, credit that goes back. */
export function creditEntries(amountMinor: number): PostedEntry[] {
  return posted([
    { account: 'payments', amountMinor: -amountMinor },
    { account: 'credit', amountMinor },
  ]);
}

/** What is taken from the credit and given to seller and platform. */
export function settlementEntries(platformMinor: number, providerMinor: number): PostedEntry[] {
  return posted([
    { account: 'credit', amountMinor: -(platformMinor + providerMinor) },
    { account: 'revenue', amountMinor: providerMinor },
    { account: 'platform', amountMinor: platformMinor },
  ]);
}

function posted(entries: readonly PostedEntry[]): PostedEntry[] {
  return entries.filter(({ amountMinor }) => amountMinor !== 0);
}

function whole(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit 53 bits`);
  return number;
}

/** What a posting comes to by the rules. */
export type Posting = {
  readonly calls: number;
  readonly amountMinor: number;
  readonly platformMinor: number;
  readonly providerMinor: number;
  readonly entries: readonly PostedEntry[];
};

/** The sums of a statement. `entriesSum` is 0 where nothing was made up. */
export type StatementTotals = {
  readonly creditMinor: number;
  readonly calls: number;
  readonly amountMinor: number;
  readonly platformMinor: number;
  readonly providerMinor: number;
  readonly returnedMinor: number;
  readonly remainingMinor: number;
  readonly entries: number;
  readonly entriesSum: number;
};

/** What a recomputation starts from, as facts or rows say it. */
export type StatementInput = {
  readonly priceMinor: number;
  readonly platformShareBps: number;
  /** In the order in which they were posted. */
  readonly postings: readonly (
    | { readonly id: string; readonly kind: 'credit' | 'return'; readonly amountMinor: number }
    | { readonly id: string; readonly kind: 'settlement'; readonly calls: number }
  )[];
};

/** Computes a whole statement by the rules. Throws RangeError where more is used than was paid. */
export function computeStatement({ priceMinor, platformShareBps, postings }: StatementInput): {
  readonly postings: Readonly<Record<string, Posting>>;
  readonly totals: StatementTotals;
} {
  const byId: Record<string, Posting> = {};
  const sum = { creditMinor: 0, calls: 0, amountMinor: 0, platformMinor: 0, providerMinor: 0 };
  let returnedMinor = 0;
  for (const posting of postings) {
    if (posting.kind === 'settlement') {
      const amountMinor = amountOf(posting.calls, priceMinor);
      const split = splitOf(sum.amountMinor, amountMinor, platformShareBps);
      const entries = settlementEntries(split.platformMinor, split.providerMinor);
      byId[posting.id] = { calls: posting.calls, amountMinor, ...split, entries };
      sum.calls += posting.calls;
      sum.amountMinor += amountMinor;
      sum.platformMinor += split.platformMinor;
      sum.providerMinor += split.providerMinor;
    } else {
      const sign = posting.kind === 'credit' ? 1 : -1;
      const entries = creditEntries(sign * posting.amountMinor);
      const none = { calls: 0, platformMinor: 0, providerMinor: 0 };
      byId[posting.id] = { ...none, amountMinor: posting.amountMinor, entries };
      if (posting.kind === 'credit') sum.creditMinor += posting.amountMinor;
      else returnedMinor += posting.amountMinor;
    }
  }
  const remainingMinor = sum.creditMinor - sum.amountMinor - returnedMinor;
  if (remainingMinor < 0) throw new RangeError('more was used or returned than was paid');
  const entries = Object.values(byId).flatMap((posting) => posting.entries);
  const entriesSum = entries.reduce((total, { amountMinor }) => total + amountMinor, 0);
  return {
    postings: byId,
    totals: { ...sum, returnedMinor, remainingMinor, entries: entries.length, entriesSum },
  };
}

/** Kinds of the facts that a statement rests on. */
const kinds = {
  terms: 'exchange.agreement_activated',
  credit: 'exchange.credit_added',
  settlement: 'exchange.settled',
  return: 'exchange.credit_returned',
} as const;

/**
 * Recomputes the statement of one agreement from its facts among those given. Each posting's own
 * number, place and entries must be what the rules give; a posting that is missing shows by its
 * place. Returns `{terms, postings: {<fact id>: …}, totals}` for a claim's `output` to point into;
 * throws Error with a sentence where the facts do not fit together.
 */
export function recomputeStatement(facts: Iterable<Fact>, agreementId: string): Json {
  const own = [...facts].filter(({ body }) => body.agreementId === agreementId);
  const [terms, second] = own.filter(({ kind }) => kind === kinds.terms);
  if (terms === undefined) throw new Error('no fact in the log says the terms');
  if (second !== undefined) throw new Error('two facts say the terms');
  if (terms.body.rounding !== roundingRule) throw new Error(`the rounding is not ${roundingRule}`);
  const priceMinor = integer(terms.body, 'priceMinor');
  const platformShareBps = integer(terms.body, 'platformShareBps');
  if (priceMinor < 1 || platformShareBps < 0 || platformShareBps > 10_000) {
    throw new Error('price or share is out of range');
  }
  const postings = own.filter(({ kind }) => kind !== kinds.terms && kindOf(kind) !== undefined);
  postings.sort((left, right) => integer(left.body, 'place') - integer(right.body, 'place'));
  for (const [index, { body }] of postings.entries()) {
    if (body.place !== index + 1)
      throw new Error(`posting ${index + 1} is missing or is there twice`);
  }
  const computed = computeStatement({
    priceMinor,
    platformShareBps,
    postings: postings.map(inputOf),
  });
  for (const { id, body } of postings) {
    const entries = computed.postings[id]?.entries ?? [];
    if (canonicalJson(body.entries ?? null) === canonicalJson(plain(entries))) continue;
    throw new Error(`the entries of the fact ${id} are not those that the rules give`);
  }
  return { terms: { priceMinor, platformShareBps }, ...computedJson(computed) };
}

function inputOf({ id, kind, body }: Fact): StatementInput['postings'][number] {
  const own = kindOf(kind);
  if (own === 'settlement') return { id, kind: own, calls: natural(body, 'calls') };
  return { id, kind: own ?? 'credit', amountMinor: natural(body, 'amountMinor') };
}

function kindOf(kind: string): 'credit' | 'settlement' | 'return' | undefined {
  if (kind === kinds.credit) return 'credit';
  if (kind === kinds.settlement) return 'settlement';
  return kind === kinds.return ? 'return' : undefined;
}

function computedJson({ postings, totals }: ReturnType<typeof computeStatement>) {
  const shown = Object.entries(postings).map(([id, posting]) => {
    const { entries, ...numbers } = posting;
    return [id, { ...numbers, entries: plain(entries) }] as const;
  });
  return { postings: Object.fromEntries(shown), totals: { ...totals } };
}

function plain(entries: readonly PostedEntry[]): JsonObject[] {
  return entries.map(({ account, amountMinor }) => ({ account, amountMinor }));
}

function integer(body: Json, member: string): number {
  const value = isJsonObject(body) ? body[member] : undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new Error(`${member} is no whole number`);
}

function natural(body: Json, member: string): number {
  const value = integer(body, member);
  if (value < 0) throw new Error(`${member} is negative`);
  return value;
}
