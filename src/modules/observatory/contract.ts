import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { digest, instant, pageInput, pageOutput, prose } from '#kernel/entities.ts';
import {
  countedFact,
  evidenceFile,
  importId,
  importView,
  indicator,
  indicatorDetail,
  indicatorId,
  monthPart,
  note,
  number,
  partyId,
  period,
  periodView,
  sources,
  sourceText,
  sourceUrl,
  target,
  value,
  valueId,
  valueStates,
  year,
} from './entities.ts';
import { observatoryErrors } from './errors.ts';

const errors = observatoryErrors.declarations;
const readIndicator = { permission: 'observatory.indicator.read' } as const;
const onValue = { resourceKey: 'valueId' } as const;
const onImport = { resourceKey: 'importId', input: z.object({ importId }) } as const;

export const observatoryContract = moduleContract({
  name: 'observatory',
  permissions: {
    'observatory.indicator.list': {
      kind: 'open',
      resource: null,
      summary: 'list indicators, targets and periods',
    },
    'observatory.indicator.read': {
      kind: 'open',
      resource: null,
      summary: 'read an indicator, its published values, their facts and evidence',
    },
    'observatory.value.list': {
      kind: 'open',
      resource: null,
      summary: 'list the values that one may see',
    },
    'observatory.value.read': {
      kind: 'read',
      resource: 'observatory.value',
      summary: 'read a value that was entered',
    },
    'observatory.value.enter': {
      kind: 'write',
      resource: 'party',
      summary: 'enter and import values for an organisation',
    },
    'observatory.value.review': {
      kind: 'operate',
      resource: 'observatory.value',
      summary: 'review a value that another person entered',
    },
    'observatory.value.publish': {
      kind: 'operate',
      resource: 'observatory.value',
      summary: 'publish a reviewed value',
    },
    'observatory.import.read': {
      kind: 'read',
      resource: 'observatory.import',
      summary: 'read the preview of an import',
    },
    'observatory.import.write': {
      kind: 'write',
      resource: 'observatory.import',
      summary: 'confirm an import',
    },
    'observatory.period.close': { kind: 'operate', resource: null, summary: 'close a period' },
  },
  facts: {
    'observatory.value_entered': z.object({
      valueId,
      indicatorId,
      period: year,
      value: z.number(),
      sourceDigest: digest.describe('of source, its address and the note, as JCS'),
      organisationId: partyId,
    }),
    'observatory.value_reviewed': z.object({
      valueId,
      outcome: z.enum(['accepted', 'returned']),
      reasonDigest: digest,
    }),
    'observatory.value_published': z.object({
      valueId,
      indicatorId,
      period: year,
      value: z.number(),
      vintage: z.number().int(),
      documentDigest: digest,
    }),
    'observatory.count_closed': z.object({
      indicatorId,
      period: monthPart,
      kind: z.string().describe('of the facts that were counted'),
      member: z.string().nullable().describe('what of them was added up; null: each counts one'),
      from: instant,
      until: instant,
      count: z.number().int(),
      value: z.number().int(),
      setDigest: digest,
      documentDigest: digest,
    }),
    'observatory.period_closed': z.object({
      period: monthPart,
      indicators: z.number().int(),
      setDigest: digest.describe('of the facts observatory.count_closed'),
    }),
  },
  tasks: {},
  errors,
  operations: {
    listIndicators: operation({
      method: 'GET',
      path: '/observatory/indicators',
      summary: 'List indicators with their latest number and where they stand against the plan.',
      permission: 'observatory.indicator.list',
      input: z.object({ source: z.enum(sources).optional(), ...pageInput }),
      output: pageOutput(indicator),
    }),
    getIndicator: operation({
      method: 'GET',
      path: '/observatory/indicators/{indicatorId}',
      summary: 'Read an indicator: target, path, state and all published numbers.',
      ...readIndicator,
      input: z.object({ indicatorId }),
      output: indicatorDetail,
    }),
    listTargets: operation({
      method: 'GET',
      path: '/observatory/targets',
      summary: 'List the targets of the plan with its words.',
      permission: 'observatory.indicator.list',
      input: z.object({ ...pageInput }),
      output: pageOutput(target),
    }),
    listValues: operation({
      method: 'GET',
      path: '/observatory/values',
      summary: 'List entered values, every vintage, the newest first.',
      permission: 'observatory.value.list',
      input: z.object({
        indicatorId: indicatorId.optional(),
        period: year.optional(),
        state: z.enum(valueStates).optional(),
        ...pageInput,
      }),
      output: pageOutput(value),
    }),
    getValue: operation({
      method: 'GET',
      path: '/observatory/values/{valueId}',
      summary: 'Read one entered value.',
      permission: 'observatory.value.read',
      ...onValue,
      input: z.object({ valueId }),
      output: value,
    }),
    enterValue: operation({
      method: 'POST',
      path: '/observatory/values',
      summary: 'Enter a value with its source. It is published after review by another person.',
      permission: 'observatory.value.enter',
      resourceKey: 'organisationId',
      status: 201,
      input: z.object({
        organisationId: partyId,
        indicatorId,
        period: year,
        value: number,
        source: sourceText,
        sourceUrl: sourceUrl.optional(),
        note: note.default(''),
      }),
      output: value,
      errors,
    }),
    reviewValue: operation({
      method: 'POST',
      path: '/observatory/values/{valueId}/review',
      summary: 'Accept a value that another person entered, or return it with a reason.',
      permission: 'observatory.value.review',
      ...onValue,
      input: z.object({
        valueId,
        outcome: z.enum(['accepted', 'returned']),
        reason: prose(2_000).default(''),
      }),
      output: value,
      errors,
    }),
    publishValue: operation({
      method: 'POST',
      path: '/observatory/values/{valueId}/publication',
      summary: 'Publish a reviewed value as the next vintage of its period.',
      permission: 'observatory.value.publish',
      ...onValue,
      input: z.object({ valueId }),
      output: value,
      errors,
    }),
    previewImport: operation({
      method: 'POST',
      path: '/observatory/imports',
      summary: 'Read a CSV or Excel file and show what it would enter, and each row’s errors.',
      permission: 'observatory.value.enter',
      resourceKey: 'organisationId',
      status: 201,
      input: z.object({
        organisationId: partyId,
        fileName: prose(200).refine((name) => name.trim() !== '', 'a name'),
        content: z.base64().max(1_000_000).describe('the file’s bytes, at most 750,000'),
      }),
      output: importView,
      errors,
    }),
    getImport: operation({
      method: 'GET',
      path: '/observatory/imports/{importId}',
      summary: 'Read an import and its errors again.',
      permission: 'observatory.import.read',
      ...onImport,
      output: importView,
    }),
    confirmImport: operation({
      method: 'POST',
      path: '/observatory/imports/{importId}/confirmation',
      summary: 'Enter every row of an import for review, or none where one has an error.',
      permission: 'observatory.import.write',
      ...onImport,
      output: importView,
      errors,
    }),
    listPeriods: operation({
      method: 'GET',
      path: '/observatory/periods',
      summary: 'List the periods of counting, the newest first.',
      permission: 'observatory.indicator.list',
      input: z.object({ state: z.enum(['open', 'closed']).optional(), ...pageInput }),
      output: pageOutput(periodView),
    }),
    closePeriod: operation({
      method: 'POST',
      path: '/observatory/periods/{period}/closing',
      summary: 'Close a period: commit to the count and the set of its facts. It takes no more.',
      permission: 'observatory.period.close',
      input: z.object({ period: monthPart }),
      output: periodView,
      errors,
    }),
    listFactsOf: operation({
      method: 'GET',
      path: '/observatory/indicators/{indicatorId}/periods/{period}/facts',
      summary: 'List the facts that a number was counted from, the oldest first.',
      ...readIndicator,
      input: z.object({ indicatorId, period: monthPart, ...pageInput }),
      output: pageOutput(countedFact),
      errors,
    }),
    getIndicatorEvidence: operation({
      method: 'GET',
      path: '/observatory/indicators/{indicatorId}/periods/{period}/evidence',
      summary: 'Get a published number as an evidence file that a stranger can verify.',
      ...readIndicator,
      input: z.object({
        indicatorId,
        period,
        vintage: z.coerce
          .number()
          .int()
          .min(1)
          .max(1_000_000)
          .optional()
          .describe('of an entered value; the newest if left out'),
        summary: z
          .stringbool()
          .default(false)
          .describe('only the closing fact, without the facts that were counted'),
      }),
      output: evidenceFile,
      errors,
    }),
  },
});

export type IndicatorView = z.input<typeof indicator>;
export type IndicatorDetailView = z.input<typeof indicatorDetail>;
export type TargetView = z.input<typeof target>;
export type ValueView = z.input<typeof value>;
export type ImportView = z.input<typeof importView>;
export type PeriodView = z.input<typeof periodView>;
