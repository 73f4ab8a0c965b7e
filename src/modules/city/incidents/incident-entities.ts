import * as z from 'zod';
import { id, instant, words } from '#kernel/entities.ts';
import { severities } from '../rules/rule-entities.ts';
import { thingId } from '../things-entities.ts';

/** What an incident is made of. Browser-safe. */

export const incidentStates = ['open', 'acknowledged', 'assigned', 'resolved', 'closed'] as const;
export type IncidentState = (typeof incidentStates)[number];

export const incidentOutcomes = ['handled', 'false_alarm'] as const;
export type IncidentOutcome = (typeof incidentOutcomes)[number];

export const incidentEvents = [
  'opened',
  'acknowledged',
  'assigned',
  'commented',
  'resolved',
  'closed',
  'reopened',
] as const;
export type IncidentEvent = (typeof incidentEvents)[number];

export const incident = z.object({
  incidentId: id('incident'),
  ruleId: id('rule'),
  ruleVersion: z.number().int(),
  ruleTitle: words(200),
  thingId,
  thingName: z.string(),
  ownerId: z.string(),
  severity: z.enum(severities),
  state: z.enum(incidentStates),
  district: z.string().nullable().describe('six digits of GB/T 2260'),
  replayed: z.boolean().describe('rests on replayed data'),
  readings: z.number().int().describe('readings that fitted while it was open'),
  firstObservedAt: instant,
  lastObservedAt: instant,
  openedAt: instant,
  updatedAt: instant,
  latencyMs: z.number().int().describe('from the receipt of the reading that raised it'),
  assignee: z.string().nullable(),
  outcome: z.enum(incidentOutcomes).nullable(),
  caseId: id('case').nullable(),
});
export type IncidentView = z.input<typeof incident>;

const cell = z.union([z.number(), z.string(), z.boolean()]).nullable();

export const incidentActions = [
  'acknowledge',
  'assign',
  'comment',
  'resolve',
  'close',
  'reopen',
  'command',
] as const;
export type IncidentAction = (typeof incidentActions)[number];

export const incidentDetail = incident.extend({
  deploymentId: z.string().nullable(),
  timeline: z.array(
    z.object({
      at: instant,
      actor: z.string(),
      kind: z.enum(incidentEvents),
      text: z.string().nullable(),
    }),
  ),
  evidence: z.array(
    z.object({
      at: instant.describe('phenomenon time of the reading'),
      values: z.record(z.string(), cell),
      matched: z.boolean(),
      score: z.number().nullable(),
    }),
  ),
  evidenceTotal: z.number().int(),
  actions: z.array(z.enum(incidentActions)).describe('what the reader can do next'),
  names: z.record(z.string(), z.string()).describe('of the parties in it, by id'),
});
export type IncidentDetailView = z.input<typeof incidentDetail>;
