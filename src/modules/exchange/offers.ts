import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import { documentDigest } from '#verify/document.ts';
import { findDraft } from './agreement-store.ts';
import { requireApproved } from './approved-program.ts';
import type { OfferDetail, OfferView, Terms } from './entities.ts';
import type { Uses } from './module-uses.ts';
import { administers, belongsTo } from './standing.ts';
import * as store from './store.ts';
import { timeCursor } from './time-cursor.ts';

/**
 * Publishes an offer of a product; the platform's share is that of today, and stays. An open offer
 * with the very same terms is given again.
 */
export async function publishOffer(
  input: { productId: string; priceMinor: number; currency: 'CNY'; terms: Terms },
  uses: Uses,
  call: Call,
): Promise<string> {
  const { kernel, options } = uses;
  const { productId, priceMinor, currency, terms } = input;
  const termsDigest = await documentDigest(terms);
  return kernel.db.transaction(async (tx) => {
    await store.lockProduct(tx, productId);
    const product = await store.readProduct(tx, { id: productId });
    if (!product) throw kernelErrors.make.missing({ id: productId });
    const { program_id: programId, owner_id: ownerId } = product;
    await requireApproved(tx, { programId, ownerId }, uses);
    const platformShareBps = options.EXCHANGE_PLATFORM_SHARE_BPS;
    const row = {
      ...{ product_id: productId, price_minor: priceMinor, currency, terms },
      ...{ terms_digest: termsDigest, platform_share_bps: platformShareBps },
    };
    const standing = await store.findSameOffer(tx, row);
    if (standing) return standing;
    const id = kernel.ids('offer');
    const fact = await kernel.facts.append(tx, {
      kind: 'exchange.offer_published',
      subject: id,
      actor: call.principal.id,
      body: {
        ...{ offerId: id, productId, programId, providerId: ownerId },
        ...{ priceMinor, currency, platformShareBps, termsDigest },
      },
    });
    await store.insertOffer(tx, {
      ...row,
      id,
      fact_id: fact.id,
      published_at: kernel.clock.now(),
    });
    const resource = { type: 'exchange.offer', id, owner: ownerId };
    await kernel.access.register(tx, { ...resource, audience: 'public' });
    announceOffer(tx, id, uses);
    return id;
  });
}

/** Takes an offer from the market; one that is withdrawn stays so. */
export async function withdrawOffer(offerId: string, uses: Uses, call: Call): Promise<void> {
  const { kernel } = uses;
  await kernel.db.transaction(async (tx) => {
    const row = await store.readOffer(tx, offerId, { lock: true });
    if (!row) throw kernelErrors.make.missing({ id: offerId });
    if (row.state === 'withdrawn') return;
    await store.recordWithdrawal(tx, offerId, kernel.clock.now());
    await kernel.facts.append(tx, {
      kind: 'exchange.offer_withdrawn',
      subject: offerId,
      actor: call.principal.id,
      body: { offerId, productId: row.product_id },
    });
    announceOffer(tx, offerId, uses);
  });
}

function announceOffer(tx: Executor, offerId: string, { kernel }: Uses): void {
  kernel.db.afterCommit(tx, () => {
    kernel.live.publish('exchange.offer');
    kernel.live.publish(`exchange.offer/${offerId}`);
  });
}

export async function listOffers(
  input: store.OfferFilter & { cursor?: string | undefined; limit: number },
  uses: Uses,
) {
  const page = { after: timeCursor(input.cursor), limit: input.limit + 1 };
  const { rows, total } = await store.listOffers(uses.kernel.db.read, input, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.published_at.toISOString(),
    id: row.id,
  }));
  const names = await uses.partyNames([...new Set(items.map((row) => row.owner_id))]);
  return { items: items.map((row) => viewOf(row, names)), total, nextCursor };
}

/** An offer, for whom of the reader's organisations it can be answered, and what one can do. */
export async function readOffer(offerId: string, uses: Uses, call: Call): Promise<OfferDetail> {
  const { read } = uses.kernel.db;
  const row = await store.readOffer(read, offerId);
  if (!row) throw kernelErrors.make.missing({ id: offerId });
  const { principal } = call;
  const others = principal.memberships
    .map(({ organisation }) => organisation)
    .filter((organisation) => organisation !== row.owner_id);
  const names = await uses.partyNames([row.owner_id, ...others]);
  const open = row.state === 'open';
  const buyers = [];
  for (const partyId of open ? others : []) {
    const draft = await findDraft(read, offerId, partyId);
    buyers.push({ partyId, name: names.get(partyId) ?? partyId, draftId: draft?.id ?? null });
  }
  const proposes = buyers.some(({ partyId }) => belongsTo(principal, partyId));
  const withdraws = open && administers(principal, row.owner_id);
  return {
    ...viewOf(row, names),
    program: row.program,
    factId: row.fact_id,
    buyers,
    actions: [
      ...(proposes ? (['propose'] as const) : []),
      ...(withdraws ? (['withdraw'] as const) : []),
    ],
  };
}

function viewOf(row: store.OfferRow, names: ReadonlyMap<string, string>): OfferView {
  return {
    offerId: row.id,
    productId: row.product_id,
    title: row.title,
    summary: row.summary,
    programId: row.program_id,
    providerId: row.owner_id,
    providerName: names.get(row.owner_id) ?? row.owner_id,
    priceMinor: row.price_minor,
    currency: row.currency,
    terms: row.terms,
    platformShareBps: row.platform_share_bps,
    state: row.state,
    publishedAt: row.published_at.toISOString(),
    withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
  };
}
