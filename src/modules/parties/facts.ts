import * as z from 'zod';
import { digest, id, instant } from '#kernel/entities.ts';
import { platformRoles } from '#kernel/principal.ts';

const partyId = id('party');
const role = z.enum(platformRoles);
const membershipRole = z.enum(['administrator', 'member']);

/** Bodies of the facts that parties announces: pseudonymous ids, no names and no addresses. */
export const facts = {
  'parties.party_created': z.object({
    partyId,
    kind: z.enum(['person', 'organisation', 'service', 'device']),
  }),
  'parties.party_suspended': z.object({ partyId, reasonDigest: digest }),
  'parties.party_restored': z.object({ partyId, reasonDigest: digest }),
  'parties.membership_changed': z.object({
    organisationId: partyId,
    partyId,
    role: membershipRole.nullable(),
  }),
  'parties.role_appointed': z.object({ partyId, role, reasonDigest: digest }),
  'parties.role_dismissed': z.object({ partyId, role, reasonDigest: digest }),
  'parties.delegation_created': z.object({
    delegationId: id('delegation'),
    fromId: partyId,
    toId: partyId,
    permissions: z.array(z.string()),
    expiresAt: instant,
  }),
  'parties.delegation_ended': z.object({
    delegationId: id('delegation'),
    fromId: partyId,
    toId: partyId,
    reasonDigest: digest,
  }),
  'parties.key_created': z.object({ keyId: id('key'), partyId }),
  'parties.key_revoked': z.object({ keyId: id('key'), partyId }),
};
