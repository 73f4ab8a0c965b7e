import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { documentDigest } from '#verify/document.ts';
import { callsOf } from '#verify/statement.ts';
import { agreementDocument } from './agreement-document.ts';
import * as agreements from './agreement-store.ts';
import { exchangeErrors } from './errors.ts';
import { announce, type Uses } from './module-uses.ts';
import { type OfferRow, readOffer } from './store.ts';

/** What the seller may do with an agreement, which belongs to the buyer. */
const sellerRights = ['read', 'sign', 'end', 'settle'] as const;

/**
 * Draws up an agreement for both parties to sign. A buyer has one draft on an offer: the same credit
 * again gives it again. Throws `exchange.offer_withdrawn`, `own_offer`, `buys_nothing`,
 * `credit_beyond_terms`, `draft_exists`.
 */
export async function proposeAgreement(
  input: { offerId: string; buyerId: string; creditMinor: number },
  uses: Uses,
  call: Call,
): Promise<string> {
  const { kernel } = uses;
  const { offerId, buyerId, creditMinor } = input;
  const names = await uses.partyNames([buyerId]);
  return kernel.db.transaction(async (tx) => {
    const offer = await readOffer(tx, offerId, { lock: true });
    if (!offer) throw kernelErrors.make.missing({ id: offerId });
    if (offer.state !== 'open') throw exchangeErrors.make.offer_withdrawn();
    if (offer.owner_id === buyerId) throw exchangeErrors.make.own_offer();
    checkCredit(creditMinor, offer);
    const draft = await agreements.findDraft(tx, offerId, buyerId);
    if (draft?.credit_minor === creditMinor) return draft.id;
    if (draft) throw exchangeErrors.make.draft_exists({ agreementId: draft.id });
    const sellers = await uses.partyNames([offer.owner_id], tx);
    const nameOf = (id: string) => names.get(id) ?? sellers.get(id) ?? id;
    const id = kernel.ids('agreement');
    const created_at = kernel.clock.now();
    const document = agreementDocument({
      ...{ agreementId: id, offerId, productId: offer.product_id, title: offer.title },
      program: offer.program,
      buyer: { id: buyerId, name: nameOf(buyerId) },
      seller: { id: offer.owner_id, name: nameOf(offer.owner_id) },
      ...{ currency: offer.currency, priceMinor: offer.price_minor, creditMinor },
      platformShareBps: offer.platform_share_bps,
      terms: offer.terms,
      proposedAt: created_at,
    });
    const digest = await documentDigest(document);
    await agreements.insertAgreement(tx, {
      ...{ id, offer_id: offerId, product_id: offer.product_id, program_id: offer.program_id },
      ...{ buyer_id: buyerId, seller_id: offer.owner_id, currency: offer.currency },
      ...{ price_minor: offer.price_minor, platform_share_bps: offer.platform_share_bps },
      ...{ credit_minor: creditMinor, calls_max: offer.terms.callsMax },
      ...{ document, document_digest: digest, proposed_by: call.principal.id, created_at },
    });
    await kernel.facts.append(tx, {
      kind: 'exchange.agreement_proposed',
      subject: id,
      actor: call.principal.id,
      body: {
        ...{ agreementId: id, offerId, buyerId, sellerId: offer.owner_id },
        documentDigest: digest,
      },
    });
    const resource = { type: 'exchange.agreement', id };
    await kernel.access.register(tx, { ...resource, owner: buyerId, audience: 'owner' });
    for (const right of sellerRights) {
      const action = `exchange.agreement.${right}`;
      // On the offer, not on the agreement: the grants that stand on that one end with it.
      const terms = { subject: offer.owner_id, action, resource, basis: offerId };
      await kernel.access.grant(tx, terms, call);
    }
    announce(tx, id, uses);
    return id;
  });
}

function checkCredit(creditMinor: number, offer: OfferRow): void {
  const calls = callsOf(creditMinor, offer.price_minor);
  if (calls < 1) {
    throw exchangeErrors.make.buys_nothing({ creditMinor, priceMinor: offer.price_minor });
  }
  const { callsMax } = offer.terms;
  if (callsMax !== null && calls > callsMax) {
    throw exchangeErrors.make.credit_beyond_terms({ callsMax, calls });
  }
}
