import * as z from 'zod';
import { id, instant, prose, words } from '#kernel/entities.ts';
import { pathShapes } from './targets.ts';
import { trackReasons, trackStates } from './track.ts';

/** What the operations of the observatory take and give. Browser-safe. */

export const indicatorId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,59}$/, 'the identifier of an indicator');
export const valueId = id('value');
export const importId = id('import');
export const partyId = z.string().regex(/^[\w:.-]{1,80}$/, 'the identifier of a party');
export const year = z.string().regex(/^20\d{2}$/, 'a year such as 2025');
export const monthPart = z
  .string()
  .regex(/^20\d{2}-(0[1-9]|1[0-2])(\.([2-9]|[1-9]\d{1,2}))?$/, 'a month such as 2026-11');
export const period = z.union([year, monthPart]);

/** As entered: at most six decimals, or a whole number that survives. */
export const number = z.number().min(-1e15).max(1e15);
export const sourceText = prose(500).refine(
  (text) => text.trim() !== '',
  'where the value is from',
);
export const sourceUrl = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((url) => url.isWellFormed(), 'an address');
export const note = prose(1_000);

export const valueStates = ['draft', 'reviewed', 'returned', 'published'] as const;
export const sources = ['platform', 'entered'] as const;

const yearValue = z.object({ year: z.number().int(), value: z.number() });

export const target = z.object({
  targetId: z.string(),
  indicatorId,
  title: words(120),
  unit: words(40),
  value: z.number().describe('to be reached at least'),
  year: z.number().int(),
  baseYear: z.number().int(),
  shape: z.enum(pathShapes).describe('how the path runs from the base to the target'),
  approximate: z.boolean().describe('the plan says: about'),
  quote: z.string().describe('the plan’s own words'),
  place: words(200).describe('where they stand'),
});

export const track = z.object({
  state: z.enum(trackStates),
  reason: z.enum(trackReasons),
  year: z.number().int().nullable(),
  value: z.number().nullable().describe('of that year, or the mean so far'),
  expected: z.number().nullable().describe('what the path asks for'),
  projected: z.number().nullable().describe('where the last step leads by the target’s year'),
});

/** A number that anybody may read. */
export const publishedNumber = z.object({
  period: z.string(),
  value: z.number(),
  at: instant.describe('when it was published, closed or last counted'),
  final: z.boolean().describe('published, or of a closed period'),
  vintage: z.number().int().nullable().describe('of an entered value; the newest one'),
  valueId: valueId.nullable(),
  facts: z.number().int().nullable().describe('of a counted period'),
});

export const indicator = z.object({
  indicatorId,
  title: words(120),
  unit: words(40),
  method: words(400),
  source: z.enum(sources),
  format: z.enum(['number', 'money_minor']).describe('money_minor: hundredths of the unit'),
  factKind: z.string().nullable().describe('what is counted'),
  member: z.string().nullable().describe('what of each fact is added up; null: each counts one'),
  targetId: z.string().nullable(),
  track: track.nullable(),
  total: z.number().nullable().describe('over all facts counted; null for entered indicators'),
  facts: z.number().int().nullable().describe('all facts counted; null for entered indicators'),
  latest: publishedNumber.nullable(),
  recent: z
    .array(z.object({ period: z.string(), value: z.number() }))
    .describe('up to twelve periods, the oldest first'),
});

export const indicatorDetail = indicator.extend({
  target: target.nullable(),
  path: z.array(yearValue).describe('empty while there is no base'),
  values: z.array(publishedNumber).describe('the newest vintage of each period, oldest first'),
  disclosed: z.boolean().describe('whether the reader gets the facts themselves, as evidence'),
  actions: z.array(z.enum(['enter'])),
});

export const value = z.object({
  valueId,
  indicatorId,
  indicatorTitle: words(120),
  unit: words(40),
  period: year,
  value: z.number(),
  source: z.string(),
  sourceUrl: z.string().nullable(),
  note: z.string(),
  organisationId: partyId,
  organisationName: z.string(),
  importId: importId.nullable(),
  state: z.enum(valueStates),
  enteredBy: z.string().nullable().describe('to those who see the drafts'),
  enteredAt: instant,
  reviewedAt: instant.nullable(),
  reviewReason: z.string().nullable(),
  publishedAt: instant.nullable(),
  vintage: z.number().int().nullable(),
  newest: z.boolean().describe('no newer vintage of this period has been published'),
  actions: z.array(z.enum(['review', 'publish'])),
});

export const rowErrors = [
  'indicator_missing',
  'indicator_unknown',
  'indicator_counted',
  'period_missing',
  'period_invalid',
  'period_ahead',
  'value_missing',
  'value_not_number',
  'value_unfit',
  'source_missing',
  'source_url_invalid',
  'unit_differs',
  'text_unfit',
  'type_differs',
  'formula_refused',
  'row_repeated',
] as const;

export const importRow = z.object({
  row: z.number().int().describe('as the spreadsheet counts, from 1'),
  indicatorId: z.string().nullable(),
  period: z.string().nullable(),
  value: z.number().nullable(),
  source: z.string().nullable(),
  sourceUrl: z.string().nullable(),
  note: z.string(),
  errors: z.array(
    z.object({
      column: z.string(),
      code: z.enum(rowErrors),
      found: z.string().describe('the cell, cut after 80 characters'),
    }),
  ),
});

export const importView = z.object({
  importId,
  organisationId: partyId,
  fileName: z.string(),
  format: z.enum(['csv', 'xlsx']),
  encoding: z.string(),
  digest: z.string(),
  createdAt: instant,
  confirmedAt: instant.nullable(),
  errors: z.number().int().describe('rows with errors; a confirmation needs none'),
  rows: z.array(importRow),
});

export const periodView = z.object({
  period: z.string(),
  month: z.string(),
  part: z.number().int().describe('2 and on: what came in after the month had been closed'),
  from: instant,
  until: instant,
  state: z.enum(['open', 'closed']),
  facts: z.number().int().describe('counted so far, over all indicators'),
  openedAt: instant,
  closedAt: instant.nullable(),
  closingFactId: z.string().nullable(),
  actions: z.array(z.enum(['close'])),
});

export const countedFact = z.object({
  factId: z.string(),
  kind: z.string(),
  time: instant,
  subject: z.string().nullable().describe('where these facts are disclosed to the reader'),
  amount: z.number().describe('what it adds'),
  position: z.number().int().nullable().describe('place in the log; null where it was erased'),
});

/** An evidence file, format touyan-evidence/1; `touyan verify` checks it. */
export const evidenceFile = z
  .record(z.string(), z.json())
  .describe('evidence file, format touyan-evidence/1');
