import type { Outputs } from '#web/contracts.ts';
import type { State } from '#web/ui/state-tag.tsx';

export type Certificate = Outputs['assurance']['getCertificate'];

/** Where the evidence file of a certificate is downloaded. */
export const evidenceHref = (certificateId: string): string =>
  `/api/v1/assurance/certificates/${certificateId}/evidence`;

/** The mark of a certificate's state. */
export const certificateMark: Record<Certificate['state'], State> = {
  valid: 'done',
  expired: 'expired',
  revoked: 'stopped',
};
