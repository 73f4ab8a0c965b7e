import type { Outputs } from '#web/contracts.ts';
import type { State } from '#web/ui/state-tag.tsx';

export type OfferRow = Outputs['exchange']['listOffers']['items'][number];
export type OfferView = Outputs['exchange']['getOffer'];
export type AgreementRow = Outputs['exchange']['listAgreements']['items'][number];
export type AgreementView = Outputs['exchange']['getAgreement'];
export type StatementView = Outputs['exchange']['getStatement'];
export type EntryRow = Outputs['exchange']['listEntries']['items'][number];

export const offerMark: Readonly<Record<OfferRow['state'], State>> = {
  open: 'running',
  withdrawn: 'expired',
};

export const agreementMark: Readonly<Record<AgreementRow['state'], State>> = {
  draft: 'draft',
  signed_by_buyer: 'waiting',
  active: 'running',
  suspended: 'stopped',
  exhausted: 'waiting',
  ended: 'done',
};

/** The states in which an agreement has a statement. */
export const hasStatement = (state: AgreementRow['state']): boolean =>
  state !== 'draft' && state !== 'signed_by_buyer';

const api = (agreementId: string) => `/api/v1/exchange/agreements/${agreementId}/statement`;
export const evidenceHref = (agreementId: string): string => `${api(agreementId)}/evidence`;
export const csvHref = (agreementId: string): string => `${api(agreementId)}.csv`;
export const agreementHref = (agreementId: string): string => `/exchange/agreements/${agreementId}`;
export const statementHref = (agreementId: string): string =>
  `${agreementHref(agreementId)}/statement`;
