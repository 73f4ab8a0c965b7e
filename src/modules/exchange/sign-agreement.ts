import { strict as assert } from 'node:assert';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { documentDigest } from '#verify/document.ts';
import { parseNote, parseNoteKey, verifyNoteKey } from '#verify/note.ts';
import { roundingRule } from '#verify/statement.ts';
import { signatureText } from './agreement-document.ts';
import * as agreements from './agreement-store.ts';
import { requireApproved } from './approved-program.ts';
import type { Side } from './entities.ts';
import { exchangeErrors } from './errors.ts';
import { announce, type Step, type Uses } from './module-uses.ts';
import { activate, allowPaid } from './move-agreement.ts';
import { postJournal } from './post-journal.ts';
import { administers } from './standing.ts';
import { readOffer } from './store.ts';

type AgreementRow = agreements.AgreementRow;

const DAY_MS = 86_400_000;

/**
 * Signs for the side whose turn it is; the seller's signature makes the agreement active. Whoever has
 * signed and sends it again changes nothing. Throws `exchange.document_differs`, `not_signable`,
 * `buyer_signs_first`, `seller_signs_now`, `offer_withdrawn`, `program_missing`.
 */
export async function signAgreement(
  input: { agreementId: string; documentDigest: string },
  uses: Uses,
  call: Call,
): Promise<void> {
  const { agreementId } = input;
  await uses.kernel.db.transaction(async (tx) => {
    const row = await agreements.readAgreement(tx, agreementId, { lock: true });
    if (!row) throw kernelErrors.make.missing({ id: agreementId });
    await checkDocument(row, input.documentDigest);
    const side = sideToSign(row, call);
    if (!side) return;
    const offer = await readOffer(tx, row.offer_id, { lock: true });
    if (offer?.state !== 'open') throw exchangeErrors.make.offer_withdrawn();
    await requireApproved(tx, { programId: row.program_id, ownerId: row.seller_id }, uses);
    const step = { tx, uses, call };
    await putSignature(row, side, step);
    if (side === 'seller') await begin(row, step);
    else await askSeller(row, step);
    announce(tx, agreementId, uses);
  });
}

// What is signed is what was read, and what was read is what stands here.
async function checkDocument(row: AgreementRow, read: string): Promise<void> {
  const found = await documentDigest(row.document);
  if (found === row.document_digest && found === read) return;
  throw exchangeErrors.make.document_differs({ documentDigest: found });
}

/** Null where the caller's side has signed already. */
function sideToSign(row: AgreementRow, { principal }: Call): Side | null {
  const buys = administers(principal, row.buyer_id);
  const sells = administers(principal, row.seller_id);
  if (row.state === 'draft') {
    if (buys) return 'buyer';
    throw exchangeErrors.make.buyer_signs_first();
  }
  if (row.state === 'signed_by_buyer') {
    if (sells) return 'seller';
    if (buys) return null;
    throw exchangeErrors.make.seller_signs_now();
  }
  if (row.state === 'ended') throw exchangeErrors.make.not_signable({ state: row.state });
  if (buys || sells) return null;
  throw exchangeErrors.make.not_signable({ state: row.state });
}

async function putSignature(row: AgreementRow, side: Side, { tx, uses, call }: Step) {
  const { kernel, signer } = uses;
  const signedAt = kernel.clock.now();
  const partyId = side === 'buyer' ? row.buyer_id : row.seller_id;
  const signedBy = call.principal.id;
  const { id: agreementId, document_digest: documentDigest } = row;
  const text = signatureText({ agreementId, documentDigest, side, partyId, signedBy, signedAt });
  const note = await signer.signNote(text);
  const fact = await kernel.facts.append(tx, {
    kind: 'exchange.agreement_signed',
    subject: agreementId,
    actor: signedBy,
    body: {
      ...{ agreementId, documentDigest, side, partyId, signedBy },
      ...{ key: signer.vkey, noteDigest: await textDigest(note) },
    },
  });
  await agreements.insertSignature(tx, {
    ...{ agreement_id: agreementId, side, party_id: partyId, signed_by: signedBy },
    ...{ document_digest: documentDigest, note, key: signer.vkey },
    ...{ fact_id: fact.id, signed_at: signedAt },
  });
}

async function askSeller(row: AgreementRow, { tx, uses }: Step): Promise<void> {
  const to = { state: 'signed_by_buyer', reason: null, grantId: null } as const;
  await agreements.moveAgreement(tx, row.id, { ...to, at: uses.kernel.clock.now(), dueAt: null });
  await uses.notify(tx, {
    to: row.seller_id,
    kind: 'exchange.to_sign',
    title: { zh: '合约等待签署', en: 'An agreement waits for a signature' },
    body: {
      zh: `买方已签署《${row.title.zh}》的合约，现由贵方签署。`,
      en: `The buyer has signed the agreement on ${row.title.en || row.title.zh}. It is your turn.`,
    },
    link: `/exchange/agreements/${row.id}`,
    basis: row.id,
  });
}

/** Both have signed the same document: credit comes in, calls are allowed, the grant is given. */
async function begin(row: AgreementRow, step: Step): Promise<void> {
  const { tx, uses, call } = step;
  const { kernel } = uses;
  const signatures = await agreements.signaturesOf(tx, row.id);
  assert(signatures.length === 2, `${row.id} has not two signatures`);
  for (const { note, key, document_digest } of signatures) {
    const { state } = await verifyNoteKey(parseNote(note), await parseNoteKey(key));
    const same = document_digest === row.document_digest && note.includes(row.document_digest);
    if (state !== 'valid' || !same) {
      throw exchangeErrors.make.document_differs({ documentDigest: row.document_digest });
    }
  }
  const at = kernel.clock.now();
  const validUntil = new Date(at.getTime() + daysOf(row) * DAY_MS);
  const fact = await kernel.facts.append(tx, {
    kind: 'exchange.agreement_activated',
    subject: row.id,
    actor: call.principal.id,
    body: {
      ...{ agreementId: row.id, documentDigest: row.document_digest },
      ...{ buyerId: row.buyer_id, sellerId: row.seller_id, programId: row.program_id },
      ...{ currency: row.currency, priceMinor: row.price_minor },
      ...{ platformShareBps: row.platform_share_bps, rounding: roundingRule },
      validUntil: validUntil.toISOString(),
    },
  });
  await agreements.recordActivation(tx, row.id, { factId: fact.id, at, validUntil });
  const draft = { kind: 'credit', amountMinor: row.credit_minor, requestId: null } as const;
  const { agreement } = await postJournal(row, draft, step);
  await activate(await allowPaid(agreement, step), step);
  for (const to of [row.buyer_id, row.seller_id]) {
    await uses.notify(tx, {
      to,
      kind: 'exchange.agreement_active',
      title: { zh: '合约已生效', en: 'The agreement is in force' },
      body: {
        zh: `双方已签署《${row.title.zh}》的合约，即日起可调用。`,
        en: `Both parties have signed the agreement on ${row.title.en || row.title.zh}.`,
      },
      link: `/exchange/agreements/${row.id}`,
      basis: row.id,
    });
  }
}

function daysOf({ document }: AgreementRow): number {
  const { terms } = document;
  const days =
    typeof terms === 'object' && terms !== null && !Array.isArray(terms) ? terms.validDays : null;
  assert(typeof days === 'number', 'a signed document says how long it holds');
  return days;
}
