import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { instant, pageInput, pageOutput, words } from '#kernel/entities.ts';

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
        q: z.string().trim().min(1).max(200).describe('words; all of them have to be found'),
        kind: z
          .string()
          .regex(/^[a-z_]{1,40}$/)
          .optional()
          .describe('only entries of this kind, one of the facets'),
        ...pageInput,
      }),
      output: pageOutput(foundEntry).extend({
        totalIsExact: z.boolean().describe('false: there are more than were counted'),
        anyWord: z.boolean().describe('nothing has all the words; these have some of them'),
        facets: z.array(z.object({ kind: z.string(), count: z.number().int() })),
      }),
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
