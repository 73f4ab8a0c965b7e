import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { digest, id, pageInput, pageOutput, prose, slug, words } from '#kernel/entities.ts';
import {
  audience,
  cardProblem,
  cardWarning,
  claim,
  difference,
  filePath,
  kind,
  label,
  licence,
  listedFile,
  listedRepository,
  repository,
  repositoryDetail,
  revision,
  revisionDetail,
} from './entities.ts';
import { hubErrors } from './errors.ts';
import {
  accessRequest,
  gated,
  givenAnswers,
  ownAccessRequest,
  requestState,
} from './gate/gate-entities.ts';
import { fileInspection } from './inspection/findings-entities.ts';

const repositoryId = id('repo').describe('the repository');
const read = { permission: 'hub.repository.read', resourceKey: 'repositoryId' } as const;
const write = { permission: 'hub.repository.write', resourceKey: 'repositoryId' } as const;
const manage = { permission: 'hub.repository.manage', resourceKey: 'repositoryId' } as const;

const description = {
  title: words(200).describe('what it is called, in one language at least'),
  summary: words(500).default({ zh: '', en: '' }).describe('one or two sentences'),
  licence: licence.default('').describe('an SPDX identifier such as Apache-2.0; empty: none given'),
  tags: z.array(label).max(20).default([]),
  sector: label.nullable().default(null).describe('the line of business, such as health'),
  task: label.nullable().default(null).describe('what it does, such as anomaly-detection'),
};

export const hubContract = moduleContract({
  name: 'hub',
  permissions: {
    'hub.repository.list': { kind: 'open', resource: null, summary: 'list repositories' },
    'hub.card.check': { kind: 'member', resource: null, summary: 'check a card' },
    'hub.repository.create': {
      kind: 'write',
      resource: 'party',
      summary: 'create a repository for a party',
    },
    'hub.repository.read': {
      kind: 'read',
      resource: 'hub.repository',
      summary: 'see a repository and download its files',
    },
    'hub.repository.write': {
      kind: 'write',
      resource: 'hub.repository',
      summary: 'describe a repository, upload files and publish revisions',
    },
    'hub.repository.manage': {
      kind: 'manage',
      resource: 'hub.repository',
      summary: 'set who may see a repository, archive it, hand it over',
    },
    'hub.file.read': {
      kind: 'grant',
      resource: 'hub.repository',
      summary: 'download the files of a gated repository',
    },
    'hub.access.ask': { kind: 'member', resource: null, summary: 'ask for gated files' },
    'hub.repository.use': {
      kind: 'grant',
      resource: 'hub.repository',
      summary: 'let isolated jobs read a repository, and no person',
    },
  },
  facts: {
    'hub.repository_created': z.object({
      repositoryId: z.string(),
      kind,
      ownerId: z.string(),
      audience,
    }),
    'hub.repository_described': z.object({ repositoryId: z.string() }),
    'hub.audience_changed': z.object({ repositoryId: z.string(), audience, before: audience }),
    'hub.gate_changed': z.object({ repositoryId: z.string(), gated, before: gated }),
    'hub.access_asked': z.object({
      repositoryId: z.string(),
      requestId: z.string(),
      partyId: z.string(),
    }),
    // before: null where the owner let somebody in who had not asked.
    'hub.access_decided': z.object({
      repositoryId: z.string(),
      requestId: z.string(),
      partyId: z.string(),
      state: requestState,
      before: requestState.nullable(),
    }),
    'hub.revision_published': z.object({
      repositoryId: z.string(),
      revisionDigest: digest,
      parentDigest: digest.nullable(),
      kind,
      filesCount: z.number().int(),
      sizeBytes: z.number().int(),
    }),
    // A branch or tag was created, moved or (after: null) deleted; its name stays out of the ledger.
    'hub.ref_moved': z.object({
      repositoryId: z.string(),
      refKind: z.enum(['branch', 'tag']),
      nameDigest: digest,
      beforeDigest: digest.nullable(),
      afterDigest: digest.nullable(),
    }),
    'hub.repository_archived': z.object({ repositoryId: z.string() }),
    'hub.repository_unarchived': z.object({ repositoryId: z.string() }),
    'hub.repository_transferred': z.object({
      repositoryId: z.string(),
      fromId: z.string(),
      toId: z.string(),
    }),
  },
  tasks: {},
  errors: hubErrors.declarations,
  operations: {
    listRepositories: operation({
      method: 'GET',
      path: '/hub/repositories',
      summary: 'List the repositories that the reader may see.',
      permission: 'hub.repository.list',
      input: z.object({
        q: z.string().trim().max(200).optional().describe('words in title, summary, name or tags'),
        kind: kind.optional(),
        ownerId: z.string().max(64).optional(),
        audience: audience.optional(),
        licence: licence.optional(),
        tag: label.optional(),
        sector: label.optional(),
        task: label.optional(),
        state: z.enum(['active', 'archived']).default('active'),
        sort: z.enum(['updated', 'created', 'name']).default('updated'),
        ...pageInput,
      }),
      output: pageOutput(listedRepository).extend({
        totalIsExact: z.boolean().describe('false where there are more than were counted'),
      }),
    }),
    createRepository: operation({
      method: 'POST',
      path: '/hub/repositories',
      summary: 'Create an empty repository; only its owner sees it until its audience is widened.',
      permission: 'hub.repository.create',
      resourceKey: 'ownerId',
      status: 201,
      input: z.object({
        ownerId: z.string().max(64).describe('the party that it belongs to'),
        kind,
        name: slug.describe('its name in addresses; one for each owner'),
        audience: audience.default('owner'),
        ...description,
      }),
      output: repository,
      errors: hubErrors.declarations,
    }),
    getRepository: operation({
      method: 'GET',
      path: '/hub/repositories/{repositoryId}',
      summary: 'Show one repository, its latest revision, and what the reader may do with it.',
      ...read,
      input: z.object({ repositoryId }),
      output: repositoryDetail,
    }),
    describeRepository: operation({
      method: 'PATCH',
      path: '/hub/repositories/{repositoryId}',
      summary: 'Change the description of a repository; what is left out stays.',
      ...write,
      input: z.object({
        repositoryId,
        title: words(200).optional(),
        summary: words(500).optional(),
        licence: licence.optional(),
        tags: z.array(label).max(20).optional(),
        sector: label.nullable().optional(),
        task: label.nullable().optional(),
      }),
      output: repository,
      errors: hubErrors.declarations,
    }),
    setAudience: operation({
      method: 'PUT',
      path: '/hub/repositories/{repositoryId}/audience',
      summary: 'Say who may see a repository beside its owner.',
      ...manage,
      input: z.object({ repositoryId, audience }),
      output: repository,
    }),
    setGate: operation({
      method: 'PUT',
      path: '/hub/repositories/{repositoryId}/gate',
      summary: 'Gate the files of a repository, or open them to all who see it.',
      ...manage,
      input: z.object({ repositoryId, gated }),
      output: repository,
    }),
    askAccess: operation({
      method: 'POST',
      path: '/hub/repositories/{repositoryId}/access-requests',
      summary: 'Ask for the files of a gated repository. Asking again gives the same request.',
      permission: 'hub.access.ask',
      input: z.object({ repositoryId, answers: givenAnswers.default({}) }),
      output: ownAccessRequest,
      errors: hubErrors.declarations,
    }),
    listAccessRequests: operation({
      method: 'GET',
      path: '/hub/repositories/{repositoryId}/access-requests',
      summary: 'List who asked for the files of a gated repository, the latest first.',
      ...manage,
      input: z.object({ repositoryId, state: requestState.optional(), ...pageInput }),
      output: pageOutput(accessRequest),
    }),
    decideAccessRequest: operation({
      method: 'PUT',
      path: '/hub/repositories/{repositoryId}/access-requests/{requestId}',
      summary: 'Accept or reject a request for access, or take a decision back (pending).',
      ...manage,
      input: z.object({
        repositoryId,
        requestId: id('access'),
        state: requestState,
        reason: prose(200).default('').describe('why it is rejected; the asker reads it'),
      }),
      output: accessRequest,
      errors: hubErrors.declarations,
    }),
    grantAccess: operation({
      method: 'POST',
      path: '/hub/repositories/{repositoryId}/access-grants',
      summary: 'Give a party the files of a gated repository, asked or not.',
      ...manage,
      input: z.object({
        repositoryId,
        party: z.string().min(1).max(200).describe('its id, or its handle'),
      }),
      output: accessRequest,
      errors: hubErrors.declarations,
    }),
    archiveRepository: operation({
      method: 'POST',
      path: '/hub/repositories/{repositoryId}/archive',
      summary: 'Close a repository for changes. What refers to it goes on to work.',
      ...manage,
      input: z.object({ repositoryId }),
      output: repository,
    }),
    unarchiveRepository: operation({
      method: 'POST',
      path: '/hub/repositories/{repositoryId}/unarchive',
      summary: 'Open an archived repository again.',
      ...manage,
      input: z.object({ repositoryId }),
      output: repository,
    }),
    transferRepository: operation({
      method: 'POST',
      path: '/hub/repositories/{repositoryId}/transfer',
      summary: 'Hand a repository to a party that the same person writes for, or rename it.',
      ...manage,
      input: z.object({
        repositoryId,
        newOwnerId: z.string().max(64),
        name: slug.optional().describe('its name from now on; as it was without'),
      }),
      output: repository,
      errors: hubErrors.declarations,
    }),
    publishRevision: operation({
      method: 'POST',
      path: '/hub/repositories/{repositoryId}/revisions',
      summary: 'Publish uploaded files as a revision. The same files again give the same revision.',
      ...write,
      status: 201,
      input: z.object({
        repositoryId,
        files: z
          .array(z.object({ path: filePath, digest }))
          .min(1)
          .max(10_000),
        message: prose(500).default('').describe('what changed and why'),
        parent: digest
          .nullable()
          .optional()
          .describe('refuse unless this is the latest revision; null: unless there is none yet'),
        key: z
          .string()
          .min(1)
          .max(100)
          .optional()
          .describe('chosen by the client: the same key again gives the same answer'),
      }),
      output: z.object({ revision, created: z.boolean() }),
      errors: hubErrors.declarations,
    }),
    listRevisions: operation({
      method: 'GET',
      path: '/hub/repositories/{repositoryId}/revisions',
      summary: 'List the revisions of a repository, the latest first.',
      ...read,
      input: z.object({ repositoryId, ...pageInput }),
      output: pageOutput(revision),
    }),
    getRevision: operation({
      method: 'GET',
      path: '/hub/repositories/{repositoryId}/revisions/{revisionDigest}',
      summary: 'Show one revision with its card.',
      ...read,
      input: z.object({ repositoryId, revisionDigest: digest }),
      output: revisionDetail,
      errors: hubErrors.declarations,
    }),
    listFiles: operation({
      method: 'GET',
      path: '/hub/repositories/{repositoryId}/revisions/{revisionDigest}/files',
      summary: 'List the files of a revision by path.',
      ...read,
      input: z.object({
        repositoryId,
        revisionDigest: digest,
        under: z.string().max(500).default('').describe('only paths that begin so'),
        ...pageInput,
      }),
      output: pageOutput(listedFile),
      errors: hubErrors.declarations,
    }),
    getFileInspection: operation({
      method: 'GET',
      path: '/hub/repositories/{repositoryId}/revisions/{revisionDigest}/inspection',
      summary: 'Say what one file is by its content, what is in it, and what speaks against it.',
      ...read,
      input: z.object({ repositoryId, revisionDigest: digest, path: filePath }),
      output: fileInspection,
      errors: hubErrors.declarations,
    }),
    compareRevisions: operation({
      method: 'GET',
      path: '/hub/repositories/{repositoryId}/revisions/{revisionDigest}/differences',
      summary: 'Say which files differ between a revision and an earlier one.',
      ...read,
      input: z.object({
        repositoryId,
        revisionDigest: digest,
        from: digest.optional().describe('the earlier one; its parent unless given'),
      }),
      output: difference,
      errors: hubErrors.declarations,
    }),
    listClaims: operation({
      method: 'GET',
      path: '/hub/repositories/{repositoryId}/revisions/{revisionDigest}/claims',
      summary: 'List the results that the publisher of a revision claims; none was measured here.',
      ...read,
      input: z.object({ repositoryId, revisionDigest: digest, ...pageInput }),
      output: pageOutput(claim),
      errors: hubErrors.declarations,
    }),
    checkCard: operation({
      method: 'POST',
      path: '/hub/cards/check',
      summary: 'Check the front matter of a card before it is published.',
      permission: 'hub.card.check',
      input: z.object({ text: z.string().max(262_144) }),
      output: z.object({
        problems: z.array(cardProblem).describe('why it cannot be read; such a card is refused'),
        warnings: z.array(cardWarning).describe('what does not fit or is not known'),
        metadata: z.record(z.string(), z.json()),
      }),
    }),
  },
});
