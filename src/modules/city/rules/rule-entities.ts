import * as z from 'zod';
import { id, instant, prose, words } from '#kernel/entities.ts';
import { thingId } from '../things-entities.ts';

/** What a rule is made of. Browser-safe. */

export const severities = ['info', 'minor', 'major', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** A name of a column or parameter: letters, digits and underscores. */
export const columnName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/, 'letters, digits and _, at most 64')
  .refine((name) => name !== '__proto__' && name !== 'constructor', 'another name');

/** The name of a datastream, which the rules of its owner use as that of a property. */
const propertyName = z
  .string()
  .min(1)
  .max(120)
  .regex(/^\P{Cc}*$/u, 'text without control characters')
  .refine((name) => name.isWellFormed() && name !== '__proto__', 'another name');

export const thresholdOperators = ['above', 'at_least', 'below', 'at_most'] as const;

/** Where a column of a row comes from. */
const rowColumn = z.object({
  column: columnName,
  from: z
    .enum(['result', 'parameter', 'thing'])
    .describe(
      'the result of a datastream, a parameter of its observation, or a property of the thing',
    ),
  name: propertyName.describe('of the datastream, the parameter or the property'),
});

export const ruleCondition = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('threshold'),
    property: propertyName.describe('name of a datastream'),
    operator: z.enum(thresholdOperators),
    value: z.number(),
  }),
  z.object({
    kind: z.literal('expression'),
    expression: z
      .string()
      .min(1)
      .max(500)
      .describe('such as mean(humidity, 6) > 80 and temperature > 30'),
  }),
  z.object({
    kind: z.literal('deployment'),
    deploymentId: z.string().regex(/^[\w:.-]{1,64}$/, 'the id of a deployment'),
    columns: z.array(rowColumn).min(1).max(64),
  }),
]);
export type RuleCondition = z.infer<typeof ruleCondition>;

/** A value in the parameters of a command. */
export const parameterValue = z.union([z.number(), z.boolean(), prose(200)]);

export const commandDraft = z.object({
  name: columnName,
  parameters: z.record(columnName, parameterValue).default({}),
});

/** What a person writes; every change of it is a version of its own. */
export const ruleDocument = z.object({
  title: words(200).refine(({ zh, en }) => zh.trim() !== '' || en.trim() !== '', 'a title'),
  thingIds: z.array(thingId).max(1_000).describe('empty: every thing of the owner'),
  condition: ruleCondition,
  forReadings: z.number().int().min(1).max(100).describe('readings in a row that must fit'),
  severity: z.enum(severities),
  cooldownSeconds: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .describe('after an incident was resolved, none is opened for so long'),
  command: commandDraft.nullable().describe('proposed with each incident; a person confirms it'),
});
export type RuleDocument = z.infer<typeof ruleDocument>;

/** How far a rule has come, and what became of the observations that it looked at. */
export const ruleHealth = z.object({
  lag: z.number().int().describe('stored observations that it has not looked at'),
  observations: z.number().int().describe('of its things and properties, looked at'),
  rows: z.number().int().describe('readings put together and judged'),
  incomplete: z.number().int().describe('rows among them that lacked a value'),
  late: z.number().int().describe('observations that came after their reading had been judged'),
  matched: z.number().int().describe('rows that fitted'),
  suppressed: z.number().int().describe('times that it would have raised within the cooldown'),
  incidents: z.number().int().describe('incidents opened'),
  lastObservedAt: instant.nullable(),
  error: z.string().nullable().describe('why it stands still, if it does'),
  attempts: z.number().int(),
});

export const rule = ruleDocument.extend({
  ruleId: id('rule'),
  ownerId: z.string(),
  version: z.number().int(),
  state: z.enum(['active', 'paused']),
  stopped: z.boolean().describe('halted by an emergency stop'),
  createdBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
  health: ruleHealth,
});
export type RuleView = z.input<typeof rule>;

export const dryRun = z.object({
  observations: z.number().int(),
  truncated: z.boolean().describe('there are more observations than a dry run reads'),
  rows: z.number().int(),
  incomplete: z.number().int(),
  late: z.number().int(),
  matched: z.number().int(),
  wouldOpen: z
    .array(
      z.object({
        thingId,
        observedAt: instant,
        values: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]).nullable()),
      }),
    )
    .max(100),
  wouldOpenTotal: z.number().int(),
});
