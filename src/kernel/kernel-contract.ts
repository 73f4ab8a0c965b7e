import * as z from 'zod';
import { blobErrors } from './blobs.ts';
import { moduleContract, operation } from './contract.ts';
import { digest, id, instant, pageInput, pageOutput, words } from './entities.ts';
import { kernelErrors } from './errors.ts';
import { ledgerErrors } from './ledger-errors.ts';

/** What the kernel itself offers: the ledger, and who was allowed what and why. */

const resourceRef = z.object({ type: z.string(), id: z.string() });
const name = z.string().max(200);

export const grantEntity = z.object({
  id: z.string(),
  subject: z.string().describe('a party, or role:<platform role>'),
  action: z.string().describe('a permission'),
  resource: resourceRef,
  expiresAt: instant.nullable(),
  basis: z.string().describe('the agreement, case, call or delegation behind it'),
  grantedBy: z.string(),
  grantedAt: instant,
  revokedAt: instant.nullable(),
  sentence: words(2000),
});

export const decisionEntity = z.object({
  id: z.string(),
  decidedAt: instant,
  principal: z.string(),
  onBehalfOf: z.string().nullable(),
  permission: z.string(),
  resource: resourceRef.nullable(),
  allowed: z.boolean(),
  policies: z.array(z.string()),
  grants: z.array(z.string()),
  sentence: words(2000),
});

export const platformEntity = z.object({
  name: z.string(),
  version: z.string(),
  demonstration: z.boolean().describe('personas may be entered with one click; on loopback only'),
  engine: z.enum(['pglite', 'postgres']),
  durability: z
    .enum(['process_crash', 'power_loss'])
    .describe('what an acknowledged change survives'),
  startedAt: instant,
});

export const ledgerEntity = z.object({
  origin: z.string(),
  logKey: z.string().describe('the public key of the log, as a verifier takes it'),
  witnesses: z.array(
    z.object({ key: z.string(), name: z.string(), problem: z.string().nullable() }),
  ),
  size: z.number().int().describe('facts in the log'),
  cosignedSize: z.number().int().describe('facts under a checkpoint that every witness cosigned'),
  checkpoint: z.string().describe('the newest signed note'),
  fault: z.string().nullable().describe('why nothing more is signed'),
  subscribers: z.array(
    z.object({
      name: z.string(),
      lag: z.number().int().describe('facts not looked at'),
      error: z.string().nullable(),
    }),
  ),
});

export const factEntity = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  actor: z.string(),
  time: instant,
  body: z.unknown().describe('what it says; to auditors only, who check it'),
  position: z.number().int().nullable().describe('place in the log; null until integrated'),
});

/** Kernel permissions are asked through the same guard as every module's. */
export const kernelContract = moduleContract({
  name: 'kernel',
  permissions: {
    'kernel.decision.list': {
      kind: 'audit',
      resource: null,
      summary: 'read who was allowed or denied what, and why',
    },
    'kernel.grant.list': {
      kind: 'audit',
      resource: null,
      summary: 'read which grants were given and revoked',
    },
    'kernel.ledger.read': {
      kind: 'open',
      resource: null,
      summary: 'read the state and the keys of the ledger',
    },
    'kernel.fact.list': {
      kind: 'open',
      resource: null,
      summary: 'read the facts of what one may read',
    },
    'kernel.backup.create': {
      kind: 'system',
      resource: null,
      summary: 'write a backup with its keys',
    },
  },
  facts: {
    'kernel.grant_given': z.object({
      grantId: id('grant'),
      subject: z.string(),
      action: z.string(),
      resource: resourceRef,
      expiresAt: instant.nullable(),
      basis: z.string(),
    }),
    'kernel.grant_revoked': z.object({
      grantId: id('grant'),
      basis: z.string(),
      reasonDigest: digest,
    }),
  },
  tasks: {},
  errors: {
    ...kernelErrors.declarations,
    ...blobErrors.declarations,
    ...ledgerErrors.declarations,
  },
  operations: {
    getPlatform: operation({
      method: 'GET',
      path: '/platform',
      summary: 'Say what this platform is and how durable it is',
      permission: 'kernel.ledger.read',
      input: z.object({}),
      output: platformEntity,
    }),
    getLedger: operation({
      method: 'GET',
      path: '/ledger',
      summary: 'Read the size, keys, newest checkpoint and health of the ledger',
      permission: 'kernel.ledger.read',
      input: z.object({}),
      output: ledgerEntity,
    }),
    listFacts: operation({
      method: 'GET',
      path: '/facts',
      summary: 'List the facts about one thing, the newest first',
      permission: 'kernel.fact.list',
      input: z.object({
        subjectType: name.describe('the type of resource, such as scenarios.call'),
        subject: name.describe('its identifier'),
        before: name.optional().describe('the id of the last fact of the page before'),
        limit: z.coerce.number().int().min(1).max(100).default(25),
      }),
      output: z.object({ items: z.array(factEntity), next: z.string().nullable() }),
    }),
    createBackup: operation({
      method: 'POST',
      path: '/backups',
      summary: 'Write a backup into the data folder while the platform runs',
      permission: 'kernel.backup.create',
      status: 201,
      input: z.object({}),
      output: z.object({ file: z.string(), tables: z.number().int(), rows: z.number().int() }),
    }),
    listDecisions: operation({
      method: 'GET',
      path: '/kernel/decisions',
      summary: 'List decisions of access, the newest first',
      permission: 'kernel.decision.list',
      input: z.object({
        ...pageInput,
        principal: name.optional(),
        resourceType: name.optional().describe('with resourceId'),
        resourceId: name.optional().describe('with resourceType'),
        allowed: z.boolean().optional(),
      }),
      output: pageOutput(decisionEntity),
    }),
    listGrants: operation({
      method: 'GET',
      path: '/kernel/grants',
      summary: 'List grants, the newest first, those revoked too',
      permission: 'kernel.grant.list',
      input: z.object({
        ...pageInput,
        subject: name.optional(),
        basis: name.optional(),
        resourceType: name.optional().describe('with resourceId'),
        resourceId: name.optional().describe('with resourceType'),
      }),
      output: pageOutput(grantEntity),
    }),
  },
});
