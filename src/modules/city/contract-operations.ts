import * as z from 'zod';
import { type ModuleContract, operation } from '#kernel/contract.ts';
import { id, instant, pageInput, pageOutput, prose } from '#kernel/entities.ts';
import {
  command,
  commandLimit,
  commandLimits,
  commandStates,
} from './commands/command-entities.ts';
import {
  incident,
  incidentDetail,
  incidentOutcomes,
  incidentStates,
} from './incidents/incident-entities.ts';
import { cityMap, convertible, mapOverview } from './map/map-entities.ts';
import { operationsErrors } from './operations-errors.ts';
import { operationsFacts } from './operations-facts.ts';
import { commandDraft, dryRun, rule, ruleDocument, severities } from './rules/rule-entities.ts';
import { district, ownerId, thingId } from './things-entities.ts';

const errors = operationsErrors.declarations;
const ruleId = id('rule').describe('the rule');
const incidentId = id('incident').describe('the incident');
const commandId = id('command').describe('the command');
const reason = prose(2_000).refine((text) => text.trim() !== '', 'a reason');

const readRule = { permission: 'city.rule.read', resourceKey: 'ruleId' } as const;
const writeRule = { permission: 'city.rule.write', resourceKey: 'ruleId' } as const;
const handle = { permission: 'city.incident.handle', resourceKey: 'incidentId' } as const;
const confirm = { permission: 'city.command.confirm', resourceKey: 'commandId' } as const;

const rules = {
  createRule: operation({
    method: 'POST',
    path: '/city/rules',
    summary: 'Put a rule over the things of a party; it begins with what is stored from now on.',
    permission: 'city.rule.create',
    resourceKey: 'ownerId',
    status: 201,
    input: z.object({ ownerId, document: ruleDocument }),
    output: rule,
    errors,
  }),
  updateRule: operation({
    method: 'PUT',
    path: '/city/rules/{ruleId}',
    summary: 'Give a rule its next version; it goes on from where it stands.',
    ...writeRule,
    input: z.object({
      ruleId,
      version: z.number().int().describe('the version that was read'),
      document: ruleDocument,
    }),
    output: rule,
    errors,
  }),
  setRuleState: operation({
    method: 'POST',
    path: '/city/rules/{ruleId}/state',
    summary: 'Pause a rule, or let it go on with what is stored from then on.',
    ...writeRule,
    input: z.object({ ruleId, state: z.enum(['active', 'paused']) }),
    output: rule,
    errors,
  }),
  listRules: operation({
    method: 'GET',
    path: '/city/rules',
    summary: 'List the rules that the reader may see, the latest first.',
    permission: 'city.rule.list',
    input: z.object({
      ownerId: ownerId.optional(),
      state: z.enum(['active', 'paused']).optional(),
      query: prose(100).optional().describe('words of the title'),
      ...pageInput,
    }),
    output: pageOutput(rule),
  }),
  getRule: operation({
    method: 'GET',
    path: '/city/rules/{ruleId}',
    summary: 'Show a rule: what it looks for, how far it has come, whether it is stopped.',
    ...readRule,
    input: z.object({ ruleId }),
    output: rule,
  }),
  dryRunRule: operation({
    method: 'POST',
    path: '/city/rules/dry-run',
    summary: 'Say what a rule would have raised on stored observations. Changes nothing.',
    permission: 'city.rule.create',
    resourceKey: 'ownerId',
    input: z.object({ ownerId, document: ruleDocument, from: instant, until: instant }),
    output: dryRun,
    errors,
  }),
};

const incidents = {
  listIncidents: operation({
    method: 'GET',
    path: '/city/incidents',
    summary: 'List the incidents that the reader may see, the latest first.',
    permission: 'city.incident.list',
    input: z.object({
      state: z.enum([...incidentStates, 'unfinished']).optional(),
      severity: z.enum(severities).optional(),
      ruleId: ruleId.optional(),
      thingId: thingId.optional(),
      district: district.optional(),
      query: prose(100).optional().describe('words of the rule or the thing'),
      ...pageInput,
    }),
    output: pageOutput(incident),
  }),
  getIncident: operation({
    method: 'GET',
    path: '/city/incidents/{incidentId}',
    summary: 'Show an incident: its time line, its evidence, and what one can do next.',
    permission: 'city.incident.read',
    resourceKey: 'incidentId',
    input: z.object({ incidentId }),
    output: incidentDetail,
  }),
  acknowledgeIncident: operation({
    method: 'POST',
    path: '/city/incidents/{incidentId}/acknowledgement',
    summary: 'Say that somebody looks at an incident.',
    ...handle,
    input: z.object({ incidentId }),
    output: incidentDetail,
    errors,
  }),
  assignIncident: operation({
    method: 'POST',
    path: '/city/incidents/{incidentId}/assignment',
    summary: 'Give an incident to a person or department, who may then handle it.',
    ...handle,
    input: z.object({ incidentId, assignee: z.string().regex(/^[\w:.-]{1,80}$/, 'a party') }),
    output: incidentDetail,
    errors,
  }),
  commentIncident: operation({
    method: 'POST',
    path: '/city/incidents/{incidentId}/comments',
    summary: 'Add to the time line of an incident.',
    ...handle,
    status: 201,
    input: z.object({ incidentId, text: reason }),
    output: incidentDetail,
    errors,
  }),
  resolveIncident: operation({
    method: 'POST',
    path: '/city/incidents/{incidentId}/resolution',
    summary: 'Say how an incident was resolved, with a reason; its case waits to be closed.',
    ...handle,
    input: z.object({ incidentId, outcome: z.enum(incidentOutcomes), reason }),
    output: incidentDetail,
    errors,
  }),
  closeIncident: operation({
    method: 'POST',
    path: '/city/incidents/{incidentId}/closing',
    summary: 'Close an incident that was resolved, and its case with it.',
    ...handle,
    input: z.object({ incidentId }),
    output: incidentDetail,
    errors,
  }),
  reopenIncident: operation({
    method: 'POST',
    path: '/city/incidents/{incidentId}/reopening',
    summary: 'Open an incident again that was resolved or closed, with a reason.',
    ...handle,
    input: z.object({ incidentId, reason }),
    output: incidentDetail,
    errors,
  }),
};

const commands = {
  getCommandLimits: operation({
    method: 'GET',
    path: '/city/things/{thingId}/command-limits',
    summary: 'Show which commands a thing takes, and within which limits.',
    permission: 'city.thing.read',
    resourceKey: 'thingId',
    input: z.object({ thingId }),
    output: commandLimits,
  }),
  setCommandLimits: operation({
    method: 'PUT',
    path: '/city/things/{thingId}/command-limits',
    summary: 'Set which commands a thing takes. What is not named is refused.',
    permission: 'city.command.limit',
    resourceKey: 'thingId',
    input: z.object({
      thingId,
      version: z.number().int().describe('the version that was read'),
      limits: z.array(commandLimit).max(50),
    }),
    output: commandLimits,
    errors,
  }),
  proposeCommand: operation({
    method: 'POST',
    path: '/city/things/{thingId}/commands',
    summary: 'Propose a command to a thing. It is sent once a person has confirmed it.',
    permission: 'city.command.propose',
    resourceKey: 'thingId',
    status: 201,
    input: z.object({
      thingId,
      ...commandDraft.shape,
      reason,
      incidentId: incidentId.optional(),
      idempotencyKey: z.string().regex(/^[\w:.-]{1,64}$/, 'letters, digits and : . _ -'),
    }),
    output: command,
    errors,
  }),
  confirmCommand: operation({
    method: 'POST',
    path: '/city/commands/{commandId}/confirmation',
    summary: 'Confirm a proposed command as a person; it is sent at once.',
    ...confirm,
    input: z.object({ commandId }),
    output: command,
    errors,
  }),
  refuseCommand: operation({
    method: 'POST',
    path: '/city/commands/{commandId}/refusal',
    summary: 'Refuse a command that has not been sent, with a reason.',
    ...confirm,
    input: z.object({ commandId, reason }),
    output: command,
    errors,
  }),
  listCommands: operation({
    method: 'GET',
    path: '/city/commands',
    summary: 'List the commands that the reader may see, the latest first.',
    permission: 'city.command.list',
    input: z.object({
      state: z.enum([...commandStates, 'unfinished']).optional(),
      thingId: thingId.optional(),
      incidentId: incidentId.optional(),
      ...pageInput,
    }),
    output: pageOutput(command),
  }),
  getCommand: operation({
    method: 'GET',
    path: '/city/commands/{commandId}',
    summary: 'Show a command and how far it has come.',
    permission: 'city.command.read',
    resourceKey: 'commandId',
    input: z.object({ commandId }),
    output: command,
  }),
};

const map = {
  getMap: operation({
    method: 'GET',
    path: '/city/map',
    summary: 'Read districts and streets, with source, licence and coordinate system.',
    permission: 'city.map.read',
    input: z.object({}),
    output: cityMap,
  }),
  mapOverview: operation({
    method: 'GET',
    path: '/city/map/overview',
    summary: 'Count things and open incidents that the reader may see, by district.',
    permission: 'city.overview.read',
    input: z.object({ coordinateSystem: convertible.default('WGS-84') }),
    output: mapOverview,
  }),
  convertPlace: operation({
    method: 'GET',
    path: '/city/map/conversion',
    summary:
      'Convert a place between WGS-84, which things have, and GCJ-02, which maps in China have.',
    permission: 'city.map.read',
    input: z.object({
      longitude: z.coerce.number().min(-180).max(180).describe('degrees east'),
      latitude: z.coerce.number().min(-90).max(90).describe('degrees north'),
      from: convertible,
      to: convertible,
    }),
    output: z.object({
      longitude: z.number(),
      latitude: z.number(),
      coordinateSystem: convertible,
    }),
  }),
  setMapApproval: operation({
    method: 'PUT',
    path: '/city/map/approval',
    summary: 'Enter the approval number of the map (审图号), which every map then shows.',
    permission: 'city.map.operate',
    input: z.object({ number: prose(60).refine((text) => text.trim() !== '', 'a number') }),
    output: cityMap,
  }),
};

/** Rules, incidents, commands and the map: the other half of the contract. */
export const operationsContract = {
  permissions: {
    'city.rule.list': { kind: 'member', resource: null, summary: 'list the rules one may see' },
    'city.rule.create': { kind: 'write', resource: 'party', summary: 'put a rule over things' },
    'city.rule.read': { kind: 'read', resource: 'city.rule', summary: 'see a rule' },
    'city.rule.write': { kind: 'write', resource: 'city.rule', summary: 'change or pause a rule' },
    'city.incident.list': { kind: 'member', resource: null, summary: 'list incidents' },
    'city.incident.read': { kind: 'read', resource: 'city.incident', summary: 'see an incident' },
    'city.incident.handle': {
      kind: 'write',
      resource: 'city.incident',
      summary: 'acknowledge, assign, resolve and close an incident',
    },
    'city.command.list': { kind: 'member', resource: null, summary: 'list commands' },
    'city.command.read': { kind: 'read', resource: 'city.command', summary: 'see a command' },
    'city.command.limit': {
      kind: 'manage',
      resource: 'city.thing',
      summary: 'set which commands a thing takes',
    },
    'city.command.propose': {
      kind: 'write',
      resource: 'city.thing',
      summary: 'propose a command to a thing',
    },
    'city.command.confirm': {
      kind: 'write',
      resource: 'city.command',
      summary: 'confirm or refuse a command',
    },
    'city.map.read': { kind: 'open', resource: null, summary: 'read the map of districts' },
    'city.overview.read': {
      kind: 'member',
      resource: null,
      summary: 'count what one may see on the map',
    },
    'city.map.operate': {
      kind: 'operate',
      resource: null,
      summary: 'enter the approval number of the map',
    },
  },
  facts: operationsFacts,
  tasks: {},
  errors,
  operations: { ...rules, ...incidents, ...commands, ...map },
} satisfies Omit<ModuleContract, 'name'>;
