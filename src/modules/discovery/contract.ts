import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { digest, instant, pageInput, pageOutput, words } from '#kernel/entities.ts';
import { facetNames } from './facets.ts';
import { usesRelations } from './uses-relations.ts';

/** Contract of the module `discovery`. Browser-safe. */

const piece = z.object({ text: z.string(), hit: z.boolean() });

const foundEntry = z.object({
  kind: z.string(),
  id: z.string(),
  title: words(2_000),
  /** Text around the first hit, in pieces; `hit` marks what was looked for. */
  snippet: z.array(piece),
  href: z.string().describe('its page in the portal'),
  ownerId: z.string().nullable(),
  updatedAt: instant,
  facets: z.array(z.string()).describe('its values, such as task=ocr'),
  measured: z
    .object({ measurementId: z.string(), metric: z.string(), score: z.number() })
    .nullable()
    .describe('the latest measurement of its latest revision by a suite that others may read'),
  /** Why it stands where it stands: its class, and which words were found in what. */
  why: z.object({
    class: z
      .enum(['title_equal', 'title', 'head', 'text'])
      .describe('the title is the query; all words in the title; in title or summary; anywhere'),
    title: z.array(z.string()),
    summary: z.array(z.string()),
    text: z.array(z.string()),
  }),
});

const value = z.string().trim().max(100).optional();
const filters = {
  kind: value.describe('only entries of this kind'),
  repositoryKind: value.describe('algorithm, dataset or program'),
  results: value.describe('measured here, claimed by the publisher, or none'),
  task: value.describe('what it does, such as anomaly-detection'),
  sector: value.describe('the line of business, such as health'),
  licence: value.describe('such as apache-2.0'),
  runtime: value.describe('what its files run on, such as onnx'),
  size: value.describe('a class of size, such as under_100_mb'),
  chip: value.describe('the hardware that its card names'),
  language: value.describe('a language that its card names, such as zh'),
};

export const discoveryContract = moduleContract({
  name: 'discovery',
  permissions: {
    'discovery.entry.search': { kind: 'open', resource: null, summary: 'search everything' },
    'discovery.index.rebuild': {
      kind: 'system',
      resource: null,
      summary: 'build the index of the search again',
    },
  },
  facts: {},
  tasks: {},
  errors: {},
  operations: {
    search: operation({
      method: 'GET',
      path: '/search',
      summary: 'Search everything that the reader may see, in Chinese and English.',
      permission: 'discovery.entry.search',
      input: z.object({
        q: z
          .string()
          .trim()
          .max(200)
          .default('')
          .describe('words; all of them have to be found; none: everything under the filters'),
        ...filters,
        ...pageInput,
      }),
      output: pageOutput(foundEntry).extend({
        totalIsExact: z.boolean().describe('false: there are more than were counted'),
        anyWord: z.boolean().describe('nothing has all the words; these have some of them'),
        facets: z
          .array(
            z.object({
              facet: z.enum(facetNames),
              values: z.array(z.object({ value: z.string(), count: z.number().int() })),
            }),
          )
          .describe('among those counted, under the other filters'),
      }),
    }),
    listUses: operation({
      method: 'GET',
      path: '/search/revisions/{revisionDigest}/uses',
      summary: 'List what measured a revision and what uses it, as far as the reader may see it.',
      permission: 'discovery.entry.search',
      input: z.object({ revisionDigest: digest, ...pageInput }),
      output: pageOutput(
        z.object({
          kind: z.string().describe('such as certificate, call or deployment'),
          id: z.string(),
          relation: z.enum(usesRelations).describe('how it uses the revision'),
          href: z.string().nullable().describe('its page in the portal'),
          title: words(2_000).nullable(),
          since: instant,
          score: z.number().nullable().describe('of a certificate'),
          validUntil: instant.nullable(),
        }),
      ),
    }),
    rebuildIndex: operation({
      method: 'POST',
      path: '/search/index',
      summary: 'Build the index of the search again from what the modules hold.',
      permission: 'discovery.index.rebuild',
      status: 202,
      input: z.object({}),
      output: z.object({ kinds: z.array(z.string()) }),
    }),
  },
});
