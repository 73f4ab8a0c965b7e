import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import { hasBegun, isRunning } from './agreement-state.ts';
import * as agreements from './agreement-store.ts';
import { type AgreementDetail, type AgreementView, terms } from './entities.ts';
import type { Uses } from './module-uses.ts';
import { administers, belongsTo } from './standing.ts';
import { timeCursor } from './time-cursor.ts';

type AgreementRow = agreements.AgreementRow;

export async function listAgreements(
  input: Omit<agreements.AgreementFilter, 'visible'> & {
    cursor?: string | undefined;
    limit: number;
  },
  uses: Uses,
  call: Call,
) {
  const { access, db } = uses.kernel;
  const { principal } = call;
  const column = agreements.agreementIdColumn;
  const visible = access.visible(principal, 'exchange.agreement.read', column);
  const page = { after: timeCursor(input.cursor), limit: input.limit + 1 };
  const { rows, total } = await agreements.listAgreements(db.read, { ...input, visible }, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.created_at.toISOString(),
    id: row.id,
  }));
  const names = await uses.partyNames(items.flatMap((row) => [row.buyer_id, row.seller_id]));
  return { items: items.map((row) => viewOf(row, names)), total, nextCursor };
}

/** An agreement with its document and signatures. The caller has passed `exchange.agreement.read`. */
export async function readAgreement(
  agreementId: string,
  uses: Uses,
  call: Call,
): Promise<AgreementDetail> {
  const { read } = uses.kernel.db;
  const row = await agreements.readAgreement(read, agreementId);
  if (!row) throw kernelErrors.make.missing({ id: agreementId });
  const signatures = await agreements.signaturesOf(read, agreementId);
  const names = await uses.partyNames([row.buyer_id, row.seller_id]);
  const used = hasBegun(row.state) ? await uses.serving.usageOf(agreementId, read) : { calls: 0 };
  return {
    ...viewOf(row, names),
    document: row.document,
    documentDigest: row.document_digest,
    terms: terms.parse(row.document.terms),
    platformShareBps: row.platform_share_bps,
    signatures: signatures.map((signature) => ({
      side: signature.side,
      partyId: signature.party_id,
      partyName: names.get(signature.party_id) ?? signature.party_id,
      signedBy: signature.signed_by,
      signedAt: signature.signed_at.toISOString(),
      note: signature.note,
      key: signature.key,
      factId: signature.fact_id,
    })),
    callsUsed: used.calls,
    remainingMinor: row.paid_minor - row.settled_minor - row.returned_minor,
    endReason: row.end_reason,
    proposedBy: row.proposed_by,
    activatedFactId: row.activated_fact_id,
    actions: actionsOf(row, call),
  };
}

function actionsOf(row: AgreementRow, { principal }: Call): AgreementDetail['actions'] {
  const actions: AgreementDetail['actions'] = [];
  const buys = administers(principal, row.buyer_id);
  const sells = administers(principal, row.seller_id);
  const turn = row.state === 'draft' ? buys : row.state === 'signed_by_buyer' && sells;
  if (turn) actions.push('sign');
  if ((buys || sells) && row.state !== 'ended') actions.push('end');
  if (buys && (row.state === 'active' || row.state === 'exhausted')) actions.push('add_credit');
  const party = belongsTo(principal, row.buyer_id) || belongsTo(principal, row.seller_id);
  if (party && isRunning(row.state)) actions.push('settle');
  if (row.statements > 0) actions.push('evidence');
  return actions;
}

function viewOf(row: AgreementRow, names: ReadonlyMap<string, string>): AgreementView {
  return {
    agreementId: row.id,
    offerId: row.offer_id,
    productId: row.product_id,
    programId: row.program_id,
    title: row.title,
    buyerId: row.buyer_id,
    buyerName: names.get(row.buyer_id) ?? row.buyer_id,
    sellerId: row.seller_id,
    sellerName: names.get(row.seller_id) ?? row.seller_id,
    state: row.state,
    stateReason: row.state_reason,
    stateAt: row.state_at.toISOString(),
    priceMinor: row.price_minor,
    currency: row.currency,
    creditMinor: row.credit_minor,
    callsAllowed: row.calls_allowed,
    callsSettled: row.calls_settled,
    validUntil: row.valid_until?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
