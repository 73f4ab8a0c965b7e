import * as z from 'zod';
import { id, instant, prose } from '#kernel/entities.ts';
import { platformRoles } from '#kernel/principal.ts';

export const partyId = id('party');
export const partyKind = z.enum(['person', 'organisation', 'service', 'device']);
export const membershipRole = z.enum(['administrator', 'member']);
export const platformRole = z.enum(platformRoles);
export const password = z.string().min(10).max(128);
export const email = z.email().max(254).toLowerCase();
export const reason = prose(1000).trim().min(1);

export const party = z.object({
  id: partyId,
  kind: partyKind,
  name: z.string(),
  handle: z.string().describe('its name in addresses of repositories'),
  description: z.string(),
  organisationId: partyId.nullable().describe('the organisation of a service or device'),
  createdAt: instant,
  suspended: z.boolean(),
});

export const membership = z.object({
  organisationId: partyId,
  organisationName: z.string(),
  role: membershipRole,
});

export const member = z.object({
  partyId,
  kind: partyKind,
  name: z.string(),
  role: membershipRole,
  joinedAt: instant,
});

export const invitation = z.object({
  id: id('invitation'),
  organisationId: partyId,
  organisationName: z.string(),
  role: membershipRole,
  expiresAt: instant,
});

export const roleHolding = z.object({
  partyId,
  name: z.string(),
  role: platformRole,
  reason: z.string(),
  appointedBy: z.string(),
  appointedAt: instant,
});

export const delegation = z.object({
  id: id('delegation'),
  fromId: partyId,
  toId: partyId,
  permissions: z.array(z.string()),
  reason: z.string(),
  createdAt: instant,
  expiresAt: instant,
  endedAt: instant.nullable(),
});

export const apiKey = z.object({
  id: id('key'),
  partyId,
  name: z.string(),
  scopes: z.array(z.string()).nullable(),
  loopbackOnly: z.boolean(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
});

export const securityEvent = z.object({
  id: id('event'),
  happenedAt: instant,
  kind: z.string(),
  partyId: z.string().nullable(),
  actor: z.string(),
  address: z.string().nullable(),
  detail: z.record(z.string(), z.json()),
});

export const persona = z.object({
  name: z.string(),
  partyId,
  partyName: z.string(),
  organisationId: partyId.nullable(),
  roles: z.array(platformRole),
});

export const me = z.object({
  id: z.string().describe('stranger for nobody'),
  kind: z.enum(['person', 'organisation', 'service', 'device', 'stranger']),
  name: z.string(),
  memberships: z.array(membership),
  roles: z.array(platformRole),
  onBehalfOf: z.string().nullable(),
  email: z.string().nullable(),
  secondFactor: z.boolean(),
  mustChangePassword: z.boolean(),
});
