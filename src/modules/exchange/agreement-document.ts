import type { Words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import { roundingRule } from '#verify/statement.ts';
import type { ProgramView, Terms } from './entities.ts';

export type AgreementParts = {
  agreementId: string;
  offerId: string;
  productId: string;
  title: Words;
  program: ProgramView;
  buyer: { id: string; name: string };
  seller: { id: string; name: string };
  currency: string;
  priceMinor: number;
  platformShareBps: number;
  creditMinor: number;
  terms: Terms;
  proposedAt: Date;
};

/**
 * The document that both parties sign, by the SHA-256 of its JCS form. It says everything that
 * counts: the very program, the price, who gets what of it, and what happens at the end. Pure.
 */
export function agreementDocument({ proposedAt, terms, ...parts }: AgreementParts): {
  [member: string]: Json;
} {
  return {
    format: 'touyan-agreement/1',
    ...parts,
    price: 'per-row-answered',
    rounding: roundingRule,
    payment: 'prepaid-simulated',
    remainder: 'returned-to-buyer',
    terms: { validDays: terms.validDays, callsMax: terms.callsMax, purpose: terms.purpose },
    proposedAt: proposedAt.toISOString(),
  };
}

/** What one signature is over: lines of text, so that it can be read and checked by hand. */
export function signatureText(signed: {
  agreementId: string;
  documentDigest: string;
  side: string;
  partyId: string;
  signedBy: string;
  signedAt: Date;
}): string {
  const { agreementId, documentDigest, side, partyId, signedBy, signedAt } = signed;
  return [
    'touyan-agreement-signature/1',
    agreementId,
    documentDigest,
    `${side} ${partyId}`,
    signedBy,
    signedAt.toISOString(),
    '',
  ].join('\n');
}
