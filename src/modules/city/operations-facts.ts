import * as z from 'zod';
import { digest, id, instant } from '#kernel/entities.ts';
import { commandStates } from './commands/command-entities.ts';
import { incidentOutcomes, incidentStates } from './incidents/incident-entities.ts';
import { severities } from './rules/rule-entities.ts';
import { thingId } from './things-entities.ts';

const ruleId = id('rule');
const incidentId = id('incident');
const commandId = id('command');
const ofCommand = { commandId, thingId };

/** Facts that rules, incidents, commands and the map announce. */
export const operationsFacts = {
  'city.rule_created': z.object({
    ruleId,
    ownerId: z.string(),
    kind: z.string(),
    deploymentId: z.string().nullable(),
    documentDigest: digest,
  }),
  'city.rule_changed': z.object({
    ruleId,
    version: z.number().int(),
    state: z.enum(['active', 'paused']),
    documentDigest: digest,
  }),
  'city.incident_opened': z.object({
    incidentId,
    ruleId,
    ruleVersion: z.number().int(),
    thingId,
    severity: z.enum(severities),
    observationId: z.string().describe('the last one of the reading that raised it'),
    observedAt: instant,
    deploymentId: z.string().nullable(),
    caseId: z.string(),
    replayed: z.boolean(),
  }),
  'city.incident_changed': z.object({
    incidentId,
    from: z.enum(incidentStates),
    state: z.enum(incidentStates),
    assignee: z.string().optional(),
    outcome: z.enum(incidentOutcomes).optional(),
    reasonDigest: digest.optional(),
  }),
  'city.incident_closed': z.object({
    incidentId,
    ruleId,
    thingId,
    outcome: z.enum(incidentOutcomes),
    readings: z.number().int(),
    replayed: z.boolean(),
  }),
  'city.command_limits_changed': z.object({
    thingId,
    version: z.number().int(),
    limitsDigest: digest,
  }),
  'city.command_proposed': z.object({
    ...ofCommand,
    name: z.string(),
    incidentId: incidentId.nullable(),
    parametersDigest: digest,
  }),
  'city.command_confirmed': z.object(ofCommand),
  'city.command_sent': z.object({ ...ofCommand, attempt: z.number().int() }),
  'city.command_delivered': z.object(ofCommand),
  'city.command_finished': z.object({
    ...ofCommand,
    state: z.enum(commandStates),
    problemDigest: digest.optional(),
  }),
  'city.map_approval_changed': z.object({ approvalNumber: z.string() }),
};
