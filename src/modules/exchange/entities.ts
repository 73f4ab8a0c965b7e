import * as z from 'zod';
import { digest, id, instant, prose, words } from '#kernel/entities.ts';
import { accountKinds } from '#verify/statement.ts';
import { agreementStates, stateReasons } from './agreement-state.ts';

/** What the operations of exchange take and give. Money is whole minor units. Browser-safe. */

export const productId = id('product');
export const offerId = id('offer');
export const agreementId = id('agreement');
export const partyId = z.string().min(1).max(80);

/** Large enough for a city, small enough that no sum leaves 53 bits. */
const minorMax = 1_000_000_000_000;
export const minor = z.number().int().min(1).max(minorMax);
const amount = z.number().int().describe('whole minor units');

export const currencies = ['CNY'] as const;
const currency = z.enum(currencies);

export const wording = (charactersMax: number) =>
  words(charactersMax).refine(({ zh, en }) => `${zh}${en}`.trim() !== '', 'words in a language');

const callsMax = z.number().int().min(1).max(1_000_000_000).nullable();

export const terms = z.object({
  validDays: z.number().int().min(1).max(3_650).describe('days from the second signature'),
  callsMax: callsMax.describe('calls in all; null: as many as the credit buys'),
  purpose: wording(1_000).describe('what it may be used for'),
});

/** Terms as one gives them. */
export const termsDraft = terms.extend({ callsMax: callsMax.default(null) });

/** The approved program behind a product, by digest. */
const program = z.object({
  programId: z.string(),
  programDigest: digest,
  revisionDigest: digest,
  repositoryId: z.string(),
  environment: z.string(),
  environmentDigest: digest,
  optionsDigest: digest,
});

export const product = z.object({
  productId,
  providerId: z.string(),
  providerName: z.string(),
  title: words(200),
  summary: words(2_000),
  program,
  offersOpen: z.number().int(),
  createdAt: instant,
});

export const offerStates = ['open', 'withdrawn'] as const;

export const offer = z.object({
  offerId,
  productId,
  title: words(200),
  summary: words(2_000),
  programId: z.string(),
  providerId: z.string(),
  providerName: z.string(),
  priceMinor: amount.describe('a call, which is one row answered'),
  currency,
  terms,
  platformShareBps: z.number().int().describe('basis points of what is settled'),
  state: z.enum(offerStates),
  publishedAt: instant,
  withdrawnAt: instant.nullable(),
});

export const offerDetail = offer.extend({
  program,
  factId: z.string(),
  /** Organisations that the reader administers or belongs to and that may propose. */
  buyers: z.array(
    z.object({ partyId: z.string(), name: z.string(), draftId: z.string().nullable() }),
  ),
  actions: z.array(z.enum(['propose', 'withdraw'])).describe('what the reader can do'),
});

const sides = ['buyer', 'seller'] as const;
export type Side = (typeof sides)[number];

const signature = z.object({
  side: z.enum(sides),
  partyId: z.string(),
  partyName: z.string(),
  signedBy: z.string().describe('the person'),
  signedAt: instant,
  note: z.string().describe('what was signed, with the signature: a signed note of C2SP'),
  key: z.string().describe('the verifier key of the platform that signed in the party’s name'),
  factId: z.string(),
});

export const agreement = z.object({
  agreementId,
  offerId,
  productId,
  programId: z.string(),
  title: words(200),
  buyerId: z.string(),
  buyerName: z.string(),
  sellerId: z.string(),
  sellerName: z.string(),
  state: z.enum(agreementStates),
  stateReason: z.enum(stateReasons).nullable(),
  stateAt: instant,
  priceMinor: amount,
  currency,
  creditMinor: amount.describe('agreed at first; what was put in later is in the statement'),
  callsAllowed: z.number().int().describe('calls that the credit put in so far buys'),
  callsSettled: z.number().int(),
  validUntil: instant.nullable().describe('null until both have signed'),
  createdAt: instant,
});

export const agreementDetail = agreement.extend({
  document: z.record(z.string(), z.json()),
  documentDigest: digest,
  terms,
  platformShareBps: z.number().int(),
  signatures: z.array(signature),
  callsUsed: z.number().int(),
  remainingMinor: amount.describe('credit less what is settled and returned'),
  endReason: z.string().nullable().describe('as the party that ended it put it'),
  proposedBy: z.string(),
  activatedFactId: z.string().nullable(),
  actions: z
    .array(z.enum(['sign', 'end', 'add_credit', 'settle', 'evidence']))
    .describe('what the reader can do'),
});

export const postingKinds = ['credit', 'settlement', 'return'] as const;

const entry = z.object({
  entryId: z.string(),
  accountId: z.string(),
  account: z.enum(accountKinds),
  ownerId: z.string().nullable().describe('null: the platform'),
  amountMinor: amount.describe('positive: the account gains; negative: it gives'),
});

/** An entry as the list of all shows it. */
export const listedEntry = entry.extend({
  journalId: z.string(),
  kind: z.enum(postingKinds),
  agreementId: z.string().describe('what it rests on'),
  currency,
  postedAt: instant,
});

const posting = z.object({
  journalId: z.string(),
  place: z.number().int().describe('1, 2, … of the agreement'),
  kind: z.enum(postingKinds),
  calls: z.number().int(),
  amountMinor: amount,
  platformMinor: amount,
  providerMinor: amount,
  postedAt: instant,
  factId: z.string(),
  entries: z.array(entry),
});

export const postingsMax = 500;

export const statement = z.object({
  agreementId,
  title: words(200),
  state: z.enum(agreementStates),
  buyerId: z.string(),
  buyerName: z.string(),
  sellerId: z.string(),
  sellerName: z.string(),
  currency,
  priceMinor: amount,
  platformShareBps: z.number().int(),
  rounding: z.string(),
  simulated: z.literal(true).describe('no money moves: payments are simulated'),
  from: instant.nullable(),
  to: instant.nullable(),
  creditMinor: amount,
  calls: z.number().int(),
  amountMinor: amount,
  platformMinor: amount,
  providerMinor: amount,
  returnedMinor: amount,
  remainingMinor: amount.describe('at the end of the period'),
  entriesCount: z.number().int(),
  entriesSum: amount.describe('0 always'),
  postings: z.array(posting).max(postingsMax).describe('the newest of the period, oldest first'),
  postingsLeftOut: z.number().int().describe('older ones, which only the sums hold'),
  unsettled: z.object({ calls: z.number().int(), amountMinor: amount }),
  issued: z
    .object({
      number: z.number().int(),
      documentDigest: digest,
      issuedAt: instant,
      factId: z.string(),
    })
    .nullable()
    .describe('the last statement that is in the ledger'),
  settledUntil: instant.nullable(),
});

export const account = z.object({
  accountId: z.string(),
  kind: z.enum(accountKinds),
  ownerId: z.string().nullable().describe('null: the platform'),
  ownerName: z.string().nullable(),
  agreementId: z.string().nullable(),
  currency,
  balanceMinor: amount,
  entries: z.number().int(),
});

export const settled = z.object({
  agreementId,
  journalId: z.string().nullable().describe('null: there was nothing to settle'),
  calls: z.number().int(),
  amountMinor: amount,
  platformMinor: amount,
  providerMinor: amount,
  state: z.enum(agreementStates),
});

/** `touyan verify` checks it, with the keys of the log and its witnesses alone. */
export const evidenceFile = z
  .record(z.string(), z.json())
  .describe('evidence file, format touyan-evidence/1');

/** What a client calls a request of its own, so that a retry is known as one. */
export const requestId = z.string().regex(/^[\w.:-]{1,80}$/, 'letters, digits and _ . : -');

export const reason = prose(2_000).refine((text) => text.trim() !== '', 'a reason');

export type Terms = z.output<typeof terms>;
export type ProgramView = z.output<typeof program>;
export type ProductView = z.input<typeof product>;
export type OfferView = z.input<typeof offer>;
export type OfferDetail = z.input<typeof offerDetail>;
export type AgreementView = z.input<typeof agreement>;
export type AgreementDetail = z.input<typeof agreementDetail>;
export type StatementView = z.output<typeof statement>;
export type PostingView = z.output<typeof posting>;
export type EntryView = z.input<typeof listedEntry>;
export type AccountView = z.input<typeof account>;
export type SettledView = z.input<typeof settled>;
export type PostingKind = (typeof postingKinds)[number];
