import * as z from 'zod';
import { digest, instant } from '#kernel/entities.ts';
import { accountKinds } from '#verify/statement.ts';
import { agreementId, offerId, productId } from './entities.ts';

const id = z.string();
const whole = z.number().int();
const postedEntries = z.array(z.object({ account: z.enum(accountKinds), amountMinor: whole }));
const posted = { agreementId, journalId: id, place: whole, entries: postedEntries };

/** What the module announces. Bodies hold digests, numbers and pseudonymous ids. */
export const exchangeFacts = {
  'exchange.product_created': z.object({ productId, programId: id, providerId: id }),
  'exchange.offer_published': z.object({
    offerId,
    productId,
    programId: id,
    providerId: id,
    priceMinor: whole,
    currency: id,
    platformShareBps: whole,
    termsDigest: digest,
  }),
  'exchange.offer_withdrawn': z.object({ offerId, productId }),
  'exchange.agreement_proposed': z.object({
    agreementId,
    offerId,
    buyerId: id,
    sellerId: id,
    documentDigest: digest,
  }),
  /** `noteDigest` is of the signed note, `key` the verifier key under which it holds. */
  'exchange.agreement_signed': z.object({
    agreementId,
    documentDigest: digest,
    side: z.enum(['buyer', 'seller']),
    partyId: id,
    signedBy: id,
    key: id,
    noteDigest: digest,
  }),
  /** The terms from which `statement/1` computes. */
  'exchange.agreement_activated': z.object({
    agreementId,
    documentDigest: digest,
    buyerId: id,
    sellerId: id,
    programId: id,
    currency: id,
    priceMinor: whole,
    platformShareBps: whole,
    rounding: id,
    validUntil: instant,
  }),
  'exchange.agreement_suspended': z.object({ agreementId, reason: id }),
  'exchange.agreement_resumed': z.object({ agreementId }),
  'exchange.agreement_exhausted': z.object({ agreementId, calls: whole }),
  'exchange.credit_added': z.object({ ...posted, amountMinor: whole, simulated: z.literal(true) }),
  'exchange.settled': z.object({
    ...posted,
    calls: whole,
    callsBefore: whole,
    amountMinor: whole,
    platformMinor: whole,
    providerMinor: whole,
  }),
  'exchange.credit_returned': z.object({
    ...posted,
    amountMinor: whole,
    simulated: z.literal(true),
  }),
  /** Vouches for a statement as a whole, and states its sums. */
  'exchange.statement_issued': z.object({
    agreementId,
    number: whole,
    documentDigest: digest,
    totals: z.object({
      creditMinor: whole,
      calls: whole,
      amountMinor: whole,
      platformMinor: whole,
      providerMinor: whole,
      returnedMinor: whole,
      remainingMinor: whole,
      entries: whole,
      entriesSum: whole,
    }),
  }),
  'exchange.agreement_ended': z.object({
    agreementId,
    reason: id,
    reasonDigest: digest.nullable(),
    returnedMinor: whole,
  }),
};
