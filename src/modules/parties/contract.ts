import * as z from 'zod';
import { moduleContract, operation, type PermissionDeclaration } from '#kernel/contract.ts';
import { id, instant, pageInput, pageOutput, prose, title } from '#kernel/entities.ts';
import { platformRoles } from '#kernel/principal.ts';
import { errors } from './errors.ts';
import { facts } from './facts.ts';

const partyId = id('party');
const partyKind = z.enum(['person', 'organisation', 'service', 'device']);
const membershipRole = z.enum(['administrator', 'member']);
const platformRole = z.enum(platformRoles);
const password = z.string().min(10).max(128);
const email = z.email().max(254).toLowerCase();
const reason = prose(1000).trim().min(1);

const party = z.object({
  id: partyId,
  kind: partyKind,
  name: z.string(),
  description: z.string(),
  organisationId: partyId.nullable().describe('the organisation of a service or device'),
  createdAt: instant,
  suspended: z.boolean(),
});

const membership = z.object({
  organisationId: partyId,
  organisationName: z.string(),
  role: membershipRole,
});

const member = z.object({
  partyId,
  kind: partyKind,
  name: z.string(),
  role: membershipRole,
  joinedAt: instant,
});

const invitation = z.object({
  id: id('invitation'),
  organisationId: partyId,
  organisationName: z.string(),
  role: membershipRole,
  expiresAt: instant,
});

const roleHolding = z.object({
  partyId,
  name: z.string(),
  role: platformRole,
  reason: z.string(),
  appointedBy: z.string(),
  appointedAt: instant,
});

const delegation = z.object({
  id: id('delegation'),
  fromId: partyId,
  toId: partyId,
  permissions: z.array(z.string()),
  reason: z.string(),
  createdAt: instant,
  expiresAt: instant,
  endedAt: instant.nullable(),
});

const apiKey = z.object({
  id: id('key'),
  partyId,
  name: z.string(),
  scopes: z.array(z.string()).nullable(),
  loopbackOnly: z.boolean(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
});

const securityEvent = z.object({
  id: id('event'),
  happenedAt: instant,
  kind: z.string(),
  partyId: z.string().nullable(),
  actor: z.string(),
  address: z.string().nullable(),
  detail: z.record(z.string(), z.json()),
});

const persona = z.object({
  name: z.string(),
  partyId,
  partyName: z.string(),
  organisationId: partyId.nullable(),
  roles: z.array(platformRole),
});

const me = z.object({
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

const permissions = {
  'parties.self.read': { kind: 'open', resource: null, summary: 'read who is signed in' },
  'parties.self.register': { kind: 'open', resource: null, summary: 'open an account' },
  'parties.persona.read': { kind: 'open', resource: null, summary: 'list the demonstration roles' },
  'parties.party.list': { kind: 'member', resource: null, summary: 'search parties' },
  'parties.party.read': { kind: 'read', resource: 'party', summary: 'read a party' },
  'parties.organisation.create': {
    kind: 'member',
    resource: null,
    summary: 'create an organisation',
  },
  'parties.organisation.manage': {
    kind: 'manage',
    resource: 'party',
    summary: 'change an organisation and its members',
  },
  'parties.organisation.work': {
    kind: 'write',
    resource: 'party',
    summary: 'see the members of an organisation, and leave it',
  },
  'parties.invitation.accept': { kind: 'member', resource: null, summary: 'accept invitations' },
  'parties.role.list': { kind: 'member', resource: null, summary: 'see who holds which role' },
  'parties.role.appoint': {
    kind: 'secure',
    resource: null,
    summary: 'appoint and dismiss holders of roles',
  },
  'parties.account.secure': {
    kind: 'secure',
    resource: null,
    summary: 'suspend accounts and issue one-time passwords',
  },
  'parties.delegation.manage': {
    kind: 'manage',
    resource: 'party',
    summary: 'let others act for a party',
  },
  'parties.delegation.list': {
    kind: 'member',
    resource: null,
    summary: 'see delegations from and to oneself',
  },
  'parties.key.manage': {
    kind: 'manage',
    resource: 'party',
    summary: 'create, list and revoke the API keys of a party',
  },
  'parties.event.audit': { kind: 'audit', resource: null, summary: 'read security events' },
} satisfies Record<string, PermissionDeclaration>;

const parties = {
  me: operation({
    method: 'GET',
    path: '/parties/me',
    summary: 'Say who is signed in',
    permission: 'parties.self.read',
    input: z.object({}),
    output: me,
  }),
  register: operation({
    method: 'POST',
    path: '/parties/accounts',
    summary: 'Open an account for a person, freely or with the token of an invitation',
    permission: 'parties.self.register',
    status: 201,
    input: z.object({
      name: title,
      email,
      password,
      invitationToken: z.string().max(100).optional(),
    }),
    output: z.object({ partyId }),
    errors: errors.declarations,
  }),
  listParties: operation({
    method: 'GET',
    path: '/parties',
    summary: 'Search parties by name',
    permission: 'parties.party.list',
    input: z.object({
      ...pageInput,
      query: z.string().max(100).optional(),
      kind: partyKind.optional(),
    }),
    output: pageOutput(party),
  }),
  getParty: operation({
    method: 'GET',
    path: '/parties/{partyId}',
    summary: 'Read a party',
    permission: 'parties.party.read',
    resourceKey: 'partyId',
    input: z.object({ partyId }),
    output: party,
  }),
};

const organisations = {
  createOrganisation: operation({
    method: 'POST',
    path: '/parties/organisations',
    summary: 'Create an organisation, with oneself as its administrator',
    permission: 'parties.organisation.create',
    status: 201,
    input: z.object({ name: title, description: prose(2000).default('') }),
    output: party,
    errors: errors.declarations,
  }),
  updateOrganisation: operation({
    method: 'PATCH',
    path: '/parties/organisations/{organisationId}',
    summary: 'Change the name or description of an organisation',
    permission: 'parties.organisation.manage',
    resourceKey: 'organisationId',
    input: z.object({
      organisationId: partyId,
      name: title.optional(),
      description: prose(2000).optional(),
    }),
    output: party,
    errors: errors.declarations,
  }),
  createService: operation({
    method: 'POST',
    path: '/parties/organisations/{organisationId}/services',
    summary: 'Create an identity for a program or device of an organisation',
    permission: 'parties.organisation.manage',
    resourceKey: 'organisationId',
    status: 201,
    input: z.object({
      organisationId: partyId,
      kind: z.enum(['service', 'device']).default('service'),
      name: title,
      description: prose(2000).default(''),
    }),
    output: party,
    errors: errors.declarations,
  }),
  listMembers: operation({
    method: 'GET',
    path: '/parties/organisations/{organisationId}/members',
    summary: 'List the members of an organisation',
    permission: 'parties.organisation.work',
    resourceKey: 'organisationId',
    input: z.object({ organisationId: partyId, ...pageInput }),
    output: pageOutput(member),
  }),
  inviteMember: operation({
    method: 'POST',
    path: '/parties/organisations/{organisationId}/invitations',
    summary: 'Invite a person by id, or anybody who is handed the token of the answer',
    permission: 'parties.organisation.manage',
    resourceKey: 'organisationId',
    status: 201,
    input: z.object({
      organisationId: partyId,
      partyId: partyId.optional(),
      role: membershipRole.default('member'),
    }),
    output: invitation.extend({
      token: z.string().nullable().describe('shown once; null for an invited person'),
    }),
    errors: errors.declarations,
  }),
  listInvitations: operation({
    method: 'GET',
    path: '/parties/invitations',
    summary: 'List the open invitations to oneself',
    permission: 'parties.invitation.accept',
    input: z.object({ ...pageInput }),
    output: pageOutput(invitation),
  }),
  acceptInvitation: operation({
    method: 'POST',
    path: '/parties/invitations/accept',
    summary: 'Join an organisation by an invitation to oneself, or by a token',
    permission: 'parties.invitation.accept',
    input: z.object({
      invitationId: id('invitation').optional(),
      token: z.string().max(100).optional(),
    }),
    output: membership,
    errors: errors.declarations,
  }),
  changeMember: operation({
    method: 'PATCH',
    path: '/parties/organisations/{organisationId}/members/{partyId}',
    summary: 'Make a member an administrator, or the reverse',
    permission: 'parties.organisation.manage',
    resourceKey: 'organisationId',
    input: z.object({ organisationId: partyId, partyId, role: membershipRole }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  removeMember: operation({
    method: 'DELETE',
    path: '/parties/organisations/{organisationId}/members/{partyId}',
    summary: 'Remove a member from an organisation',
    permission: 'parties.organisation.manage',
    resourceKey: 'organisationId',
    input: z.object({ organisationId: partyId, partyId }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  leaveOrganisation: operation({
    method: 'POST',
    path: '/parties/organisations/{organisationId}/leave',
    summary: 'Leave an organisation',
    permission: 'parties.organisation.work',
    resourceKey: 'organisationId',
    input: z.object({ organisationId: partyId }),
    output: z.object({}),
    errors: errors.declarations,
  }),
};

const duties = {
  listRoles: operation({
    method: 'GET',
    path: '/parties/roles',
    summary: 'List who holds which role of the platform',
    permission: 'parties.role.list',
    input: z.object({ ...pageInput, role: platformRole.optional() }),
    output: pageOutput(roleHolding),
  }),
  appointRole: operation({
    method: 'POST',
    path: '/parties/{partyId}/roles',
    summary: 'Appoint a person to a role of the platform',
    permission: 'parties.role.appoint',
    status: 201,
    input: z.object({ partyId, role: platformRole, reason }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  dismissRole: operation({
    method: 'POST',
    path: '/parties/{partyId}/roles/{role}/dismiss',
    summary: 'Dismiss a person from a role of the platform',
    permission: 'parties.role.appoint',
    input: z.object({ partyId, role: platformRole, reason }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  suspendParty: operation({
    method: 'POST',
    path: '/parties/{partyId}/suspend',
    summary: 'Suspend a person, service or device: its sessions end, its keys are refused',
    permission: 'parties.account.secure',
    input: z.object({ partyId, reason }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  restoreParty: operation({
    method: 'POST',
    path: '/parties/{partyId}/restore',
    summary: 'End a suspension',
    permission: 'parties.account.secure',
    input: z.object({ partyId, reason }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  issuePassword: operation({
    method: 'POST',
    path: '/parties/{partyId}/password',
    summary: 'Give a person a one-time password, to be changed at the next sign-in',
    permission: 'parties.account.secure',
    input: z.object({ partyId, reason }),
    output: z.object({ password: z.string().describe('shown once') }),
    errors: errors.declarations,
  }),
  listSecurityEvents: operation({
    method: 'GET',
    path: '/parties/security-events',
    summary: 'List sign-ins, changes of keys and roles, and the like, the newest first',
    permission: 'parties.event.audit',
    input: z.object({ ...pageInput, partyId: partyId.optional(), kind: title.optional() }),
    output: pageOutput(securityEvent),
  }),
};

const agents = {
  createDelegation: operation({
    method: 'POST',
    path: '/parties/{fromId}/delegations',
    summary: 'Let another party act for this one, with named permissions until a day',
    permission: 'parties.delegation.manage',
    resourceKey: 'fromId',
    status: 201,
    input: z.object({
      fromId: partyId,
      toId: partyId,
      permissions: z.array(z.string().max(100)).min(1).max(50),
      expiresAt: instant,
      reason,
    }),
    output: delegation,
    errors: errors.declarations,
  }),
  endDelegation: operation({
    method: 'POST',
    path: '/parties/{fromId}/delegations/{delegationId}/end',
    summary: 'End a delegation now',
    permission: 'parties.delegation.manage',
    resourceKey: 'fromId',
    input: z.object({ fromId: partyId, delegationId: id('delegation'), reason }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  listDelegations: operation({
    method: 'GET',
    path: '/parties/delegations',
    summary: 'List delegations from and to oneself and the organisations one administers',
    permission: 'parties.delegation.list',
    input: z.object({ ...pageInput }),
    output: pageOutput(delegation),
  }),
  createApiKey: operation({
    method: 'POST',
    path: '/parties/{partyId}/keys',
    summary: 'Create an API key; the answer is the only time that it shows',
    permission: 'parties.key.manage',
    resourceKey: 'partyId',
    status: 201,
    input: z.object({
      partyId,
      name: title,
      scopes: z.array(z.string().max(100)).min(1).max(50).optional(),
      expiresAt: instant.optional(),
    }),
    output: apiKey.extend({ key: z.string().describe('shown once') }),
    errors: errors.declarations,
  }),
  listApiKeys: operation({
    method: 'GET',
    path: '/parties/{partyId}/keys',
    summary: 'List the API keys of a party',
    permission: 'parties.key.manage',
    resourceKey: 'partyId',
    input: z.object({ partyId, ...pageInput }),
    output: pageOutput(apiKey),
  }),
  revokeApiKey: operation({
    method: 'DELETE',
    path: '/parties/{partyId}/keys/{keyId}',
    summary: 'Revoke an API key',
    permission: 'parties.key.manage',
    resourceKey: 'partyId',
    input: z.object({ partyId, keyId: id('key') }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  listPersonas: operation({
    method: 'GET',
    path: '/parties/personas',
    summary: 'List the roles that a visitor of a demonstration may enter as; none elsewhere',
    permission: 'parties.persona.read',
    input: z.object({}),
    output: z.object({ items: z.array(persona) }),
  }),
};

export const partiesContract = moduleContract({
  name: 'parties',
  permissions,
  facts,
  tasks: {},
  errors: errors.declarations,
  operations: { ...parties, ...organisations, ...duties, ...agents },
});
