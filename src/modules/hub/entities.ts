import * as z from 'zod';
import { digest, id, instant, slug, words } from '#kernel/entities.ts';
import { gated, gateForm, ownAccessRequest } from './gate/gate-entities.ts';
import { inspectionSummary, revisionFindings } from './inspection/findings-entities.ts';
import { pathProblem } from './paths.ts';

/** `program`: scorers and tools; an algorithm is what answers a call or is deployed. */
export const kind = z.enum(['algorithm', 'dataset', 'program']);
export type RepositoryKind = z.output<typeof kind>;

/** Who may read without a grant: the owner's own people, anybody signed in, or everybody. */
export const audience = z.enum(['owner', 'members', 'public']);

export const licence = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9.+-]*$/, 'an SPDX identifier such as Apache-2.0');

/** A tag, sector or task: one word, hyphens between parts; Chinese is welcome. */
export const label = z
  .string()
  .max(60)
  .regex(/^[\p{Ll}\p{Lo}\p{N}]+(?:[-._][\p{Ll}\p{Lo}\p{N}]+)*$/u, 'lower-case words with hyphens');

export const filePath = z
  .string()
  .min(1)
  .max(500)
  .superRefine((path, context) => {
    const problem = pathProblem(path);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });

export const repository = z.object({
  id: id('repo'),
  kind,
  ownerId: z.string(),
  name: slug,
  title: words(200),
  summary: words(500),
  audience,
  gated: gated.describe('files are for those whom the owner lets in, at once or by hand'),
  licence,
  tags: z.array(z.string()),
  sector: z.string().nullable(),
  task: z.string().nullable(),
  state: z.enum(['active', 'archived']),
  headDigest: digest.nullable().describe('the latest revision'),
  revisionsCount: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
});
export type Repository = z.output<typeof repository>;

export const listedRepository = repository.extend({
  danger: z.boolean().describe('a file of its latest revision was found dangerous'),
});

/** Why a file asks for care. Nothing here is loaded or run; the mark is for who does so later. */
const caution = z.enum(['runs_code_when_loaded']);

export const file = z.object({
  path: z.string(),
  digest,
  sizeBytes: z.number().int(),
  mediaType: z.string(),
  caution: caution.nullable(),
});
export type RevisionFile = z.output<typeof file>;

export const listedFile = file.extend({ inspection: inspectionSummary });

export const revision = z.object({
  repositoryId: id('repo'),
  revisionDigest: digest,
  number: z.number().int().describe('1 for the first of its repository'),
  parentDigest: digest.nullable(),
  message: z.string(),
  authorId: z.string(),
  filesCount: z.number().int(),
  sizeBytes: z.number().int(),
  cautionsCount: z.number().int().describe('files that run code when loaded'),
  publishedAt: instant,
});
export type Revision = z.output<typeof revision>;

/** README.md or card.md at the root: its YAML front matter and the Markdown after it. */
const card = z.object({
  path: z.string(),
  metadata: z.record(z.string(), z.json()),
  text: z.string(),
});
export type Card = z.output<typeof card>;

export const cardProblem = z.object({
  line: z.number().int().nullable().describe('in the file, from 1'),
  key: z.string(),
  problem: z.string(),
});
export type CardProblem = z.output<typeof cardProblem>;

export const cardWarning = cardProblem.extend({
  suggestion: z.string().nullable().describe('the known word that was probably meant'),
});
export type CardWarning = z.output<typeof cardWarning>;

/** A result as its publisher states it. */
export const claim = z.object({
  task: z.string().nullable(),
  dataset: z.string(),
  metric: z.string().describe('empty where only a benchmark is named'),
  value: z.union([z.number(), z.string()]),
  date: z.string().nullable(),
  source: z.string().nullable().describe('the address that the publisher names for it'),
  where: z.string().describe('model-index of the card, or the file that says so'),
});
export type Claim = z.output<typeof claim>;

export const revisionDetail = revision.extend({
  card: card.nullable(),
  findings: revisionFindings,
});

export const repositoryDetail = repository.extend({
  address: z.string().describe('owner/name, as clients of the Hugging Face Hub name it'),
  head: revisionDetail.nullable(),
  /** Of a gated repository: what its card asks, and what became of the reader's own request. */
  gate: z.object({ form: gateForm, request: ownAccessRequest.nullable() }).nullable(),
  may: z.object({
    write: z.boolean(),
    manage: z.boolean(),
    readFiles: z.boolean().describe('false where the files are gated for the reader'),
  }),
});

const changedFile = z.object({
  path: z.string(),
  digest,
  sizeBytes: z.number().int(),
});
export const difference = z.object({
  from: digest.nullable(),
  to: digest,
  addedCount: z.number().int(),
  removedCount: z.number().int(),
  changedCount: z.number().int(),
  renamedCount: z.number().int(),
  sizeBytesChange: z.number().int(),
  /** At most a thousand of each; the counts are whole. */
  added: z.array(changedFile),
  removed: z.array(changedFile),
  changed: z.array(changedFile.extend({ digestBefore: digest, sizeBytesBefore: z.number().int() })),
  renamed: z.array(changedFile.extend({ pathBefore: z.string() })),
});
export type Difference = z.output<typeof difference>;
