import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { digest, pageInput, pageOutput, prose } from '#kernel/entities.ts';
import { callStates } from './call-state.ts';
import {
  callDetail,
  callDraft,
  callId,
  callSummary,
  district,
  evidenceFile,
  home,
  leaderboard,
  options,
  partyId,
  position,
  programRef,
  scenario,
  scenarioId,
  scenarioStates,
  sector,
  someWords,
  submission,
  submissionDetail,
  submissionId,
  submissionStates,
  team,
  teamId,
} from './entities.ts';
import { scenariosErrors } from './errors.ts';

const errors = scenariosErrors.declarations;
const version = z.number().int().describe('the version that was read');
const teamName = prose(60).refine((name) => name.trim() !== '' && name.isWellFormed(), 'a name');
const reason = prose(2_000).refine((text) => text.trim() !== '' && text.isWellFormed(), 'a reason');
const query = prose(100).optional().describe('words of the title');
const readCall = { permission: 'scenarios.call.read', resourceKey: 'callId' } as const;
const writeCall = { permission: 'scenarios.call.write', resourceKey: 'callId' } as const;

const handIn = {
  name: someWords(80).describe('what the team calls this submission'),
  program: programRef,
  options: options.default({}),
  idempotencyKey: z
    .string()
    .regex(/^[\w.:-]{1,100}$/)
    .optional()
    .describe('chosen by the client: the same key again gives the same submission'),
};

export const scenariosContract = moduleContract({
  name: 'scenarios',
  permissions: {
    'scenarios.scenario.list': { kind: 'open', resource: null, summary: 'list scenarios' },
    'scenarios.scenario.create': {
      kind: 'write',
      resource: 'party',
      summary: 'describe a scenario for a party',
    },
    'scenarios.scenario.read': {
      kind: 'read',
      resource: 'scenarios.scenario',
      summary: 'read a scenario',
    },
    'scenarios.scenario.write': {
      kind: 'write',
      resource: 'scenarios.scenario',
      summary: 'change a scenario and open calls for it',
    },
    'scenarios.call.list': { kind: 'open', resource: null, summary: 'list calls' },
    'scenarios.call.read': {
      kind: 'read',
      resource: 'scenarios.call',
      summary: 'read a call, its teams and its leaderboard',
    },
    'scenarios.call.write': {
      kind: 'write',
      resource: 'scenarios.call',
      summary: 'write a call, ask for its publication, submit baselines, close it',
    },
    'scenarios.call.stop': {
      kind: 'write',
      resource: 'scenarios.call',
      summary: 'stop a call for good',
    },
    'scenarios.team.create': {
      kind: 'write',
      resource: 'party',
      summary: 'take part in a call for an organisation',
    },
    'scenarios.team.write': {
      kind: 'write',
      resource: 'scenarios.team',
      summary: 'submit for a team, and withdraw it',
    },
    'scenarios.submission.list': {
      kind: 'member',
      resource: null,
      summary: 'list the submissions one may see',
    },
    'scenarios.submission.read': {
      kind: 'read',
      resource: 'scenarios.submission',
      summary: 'read a submission: whole by its team, only its outcome by others',
    },
    'scenarios.home.read': { kind: 'open', resource: null, summary: 'read the home page' },
  },
  facts: {
    'scenarios.call_opened': z.object({
      callId,
      scenarioId,
      ownerId: z.string(),
      frozenDigest: digest,
      publicData: z.object({
        revisionDigest: digest,
        featuresDigest: digest,
        labelsDigest: digest,
      }),
      hiddenData: z.object({
        revisionDigest: digest,
        featuresDigest: digest,
        labelsDigest: digest,
      }),
      scorerDigest: digest,
      caseId: z.string(),
    }),
    'scenarios.team_joined': z.object({ callId, teamId, organisationId: z.string() }),
    'scenarios.team_withdrawn': z.object({ callId, teamId }),
    'scenarios.submission_received': z.object({
      submissionId,
      callId,
      teamId: teamId.nullable(),
      baseline: z.boolean(),
      revisionDigest: digest,
      optionsDigest: digest,
    }),
    'scenarios.submission_failed': z.object({
      submissionId,
      callId,
      reason: z.string(),
      ours: z.boolean(),
    }),
    'scenarios.call_closed': z.object({
      callId,
      count: z.number().int(),
      setDigest: digest,
      documentDigest: digest,
    }),
    'scenarios.call_stopped': z.object({ callId, reasonDigest: digest }),
    'scenarios.awarded': z.object({
      callId,
      submissionId,
      teamId,
      caseId: z.string(),
      scoreFactId: z.string(),
    }),
  },
  tasks: {},
  errors,
  operations: {
    home: operation({
      method: 'GET',
      path: '/home',
      summary: 'Read what the home page shows: the loop as it runs, and its numbers.',
      permission: 'scenarios.home.read',
      input: z.object({}),
      output: home,
    }),
    listScenarios: operation({
      method: 'GET',
      path: '/scenarios/scenarios',
      summary: 'List scenarios.',
      permission: 'scenarios.scenario.list',
      input: z.object({
        query,
        sector: sector.optional(),
        district: district.unwrap().optional(),
        ownerId: partyId.optional(),
        state: z.enum(scenarioStates).optional(),
        sort: z.enum(['newest', 'oldest']).default('newest'),
        ...pageInput,
      }),
      output: pageOutput(scenario),
    }),
    getScenario: operation({
      method: 'GET',
      path: '/scenarios/scenarios/{scenarioId}',
      summary: 'Read a scenario.',
      permission: 'scenarios.scenario.read',
      resourceKey: 'scenarioId',
      input: z.object({ scenarioId }),
      output: scenario,
    }),
    createScenario: operation({
      method: 'POST',
      path: '/scenarios/scenarios',
      summary: 'Describe a scenario; it is published with its first call.',
      permission: 'scenarios.scenario.create',
      resourceKey: 'ownerId',
      status: 201,
      input: z.object({
        ownerId: partyId,
        title: someWords(120),
        summary: someWords(2_000),
        sector,
        district: district.default(null),
      }),
      output: scenario,
    }),
    updateScenario: operation({
      method: 'PATCH',
      path: '/scenarios/scenarios/{scenarioId}',
      summary: 'Change what a scenario says.',
      permission: 'scenarios.scenario.write',
      resourceKey: 'scenarioId',
      input: z.object({
        scenarioId,
        version,
        title: someWords(120).optional(),
        summary: someWords(2_000).optional(),
        sector: sector.optional(),
        district: district.optional(),
      }),
      output: scenario,
      errors,
    }),
    listCalls: operation({
      method: 'GET',
      path: '/scenarios/calls',
      summary: 'List calls.',
      permission: 'scenarios.call.list',
      input: z.object({
        query,
        scenarioId: scenarioId.optional(),
        ownerId: partyId.optional(),
        state: z.enum(callStates).optional(),
        sector: sector.optional(),
        district: district.unwrap().optional(),
        sort: z.enum(['newest', 'closing']).default('newest'),
        ...pageInput,
      }),
      output: pageOutput(callSummary),
    }),
    getCall: operation({
      method: 'GET',
      path: '/scenarios/calls/{callId}',
      summary: 'Read a call, the own teams in it, and what one can do next.',
      ...readCall,
      input: z.object({ callId }),
      output: callDetail,
    }),
    createCall: operation({
      method: 'POST',
      path: '/scenarios/scenarios/{scenarioId}/calls',
      summary: 'Begin a benchmark call for a scenario; it stays a draft until it is published.',
      permission: 'scenarios.scenario.write',
      resourceKey: 'scenarioId',
      status: 201,
      input: z.object({ scenarioId, draft: callDraft }),
      output: callDetail,
      errors,
    }),
    updateCall: operation({
      method: 'PATCH',
      path: '/scenarios/calls/{callId}',
      summary: 'Change a draft; the parts that are given replace those that stand.',
      ...writeCall,
      input: z.object({ callId, version, draft: callDraft }),
      output: callDetail,
      errors,
    }),
    publishCall: operation({
      method: 'POST',
      path: '/scenarios/calls/{callId}/publication',
      summary: 'Check and freeze a call, and ask the operator to open it.',
      ...writeCall,
      status: 202,
      input: z.object({ callId }),
      output: callDetail,
      errors,
    }),
    closeCall: operation({
      method: 'POST',
      path: '/scenarios/calls/{callId}/closing',
      summary: 'Close an open call before its time; what was received is still evaluated.',
      ...writeCall,
      status: 202,
      input: z.object({ callId }),
      output: callDetail,
      errors,
    }),
    stopCall: operation({
      method: 'POST',
      path: '/scenarios/calls/{callId}/stop',
      summary: 'Stop a call for good, with a reason that is published.',
      permission: 'scenarios.call.stop',
      resourceKey: 'callId',
      input: z.object({ callId, reason }),
      output: callDetail,
      errors,
    }),
    listTeams: operation({
      method: 'GET',
      path: '/scenarios/calls/{callId}/teams',
      summary: 'List the teams of a call.',
      ...readCall,
      input: z.object({ callId, query, ...pageInput }),
      output: pageOutput(team),
    }),
    joinCall: operation({
      method: 'POST',
      path: '/scenarios/calls/{callId}/teams',
      summary: 'Take part in an open call as the team of an organisation.',
      permission: 'scenarios.team.create',
      resourceKey: 'organisationId',
      status: 201,
      input: z.object({ callId, organisationId: partyId, name: teamName }),
      output: team,
      errors,
    }),
    withdrawTeam: operation({
      method: 'POST',
      path: '/scenarios/teams/{teamId}/withdrawal',
      summary: 'Withdraw a team that has submitted nothing.',
      permission: 'scenarios.team.write',
      resourceKey: 'teamId',
      input: z.object({ teamId }),
      output: z.object({ teamId, withdrawn: z.literal(true) }),
      errors,
    }),
    submit: operation({
      method: 'POST',
      path: '/scenarios/teams/{teamId}/submissions',
      summary: 'Submit a revision for a team. Evaluation begins at once.',
      permission: 'scenarios.team.write',
      resourceKey: 'teamId',
      status: 202,
      input: z.object({ teamId, ...handIn }),
      output: submissionDetail,
      errors,
    }),
    submitBaseline: operation({
      method: 'POST',
      path: '/scenarios/calls/{callId}/baselines',
      summary: 'Submit a baseline for the own call; it is marked, and takes no rank.',
      ...writeCall,
      status: 202,
      input: z.object({ callId, ...handIn }),
      output: submissionDetail,
      errors,
    }),
    submitVariant: operation({
      method: 'POST',
      path: '/scenarios/calls/{callId}/variants',
      summary:
        'Compete in one call: a program that is there already, with other options, for a team that is made if need be.',
      permission: 'scenarios.team.create',
      resourceKey: 'organisationId',
      status: 202,
      input: z.object({
        callId,
        organisationId: partyId,
        teamName: teamName.optional().describe('of a new team; the organisation’s if left out'),
        from: z
          .union([z.object({ submissionId }), z.object({ program: programRef })])
          .describe('a baseline or own submission, or any program that one may read'),
        name: someWords(80).optional(),
        options,
        idempotencyKey: handIn.idempotencyKey,
      }),
      output: submissionDetail,
      errors,
    }),
    listSubmissions: operation({
      method: 'GET',
      path: '/scenarios/submissions',
      summary: 'List submissions: the own ones, or those to a call that one owns or oversees.',
      permission: 'scenarios.submission.list',
      input: z.object({
        callId: callId.optional(),
        teamId: teamId.optional(),
        state: z.enum(submissionStates).optional(),
        scope: z
          .enum(['mine', 'all'])
          .default('all')
          .describe('mine: only those of the own organisations'),
        sort: z.enum(['newest', 'oldest']).default('newest'),
        ...pageInput,
      }),
      output: pageOutput(submission),
    }),
    getSubmission: operation({
      method: 'GET',
      path: '/scenarios/submissions/{submissionId}',
      summary: 'Read a submission: its evaluations, score, rank, or why it failed.',
      permission: 'scenarios.submission.read',
      resourceKey: 'submissionId',
      input: z.object({ submissionId }),
      output: submissionDetail,
    }),
    getReceipt: operation({
      method: 'GET',
      path: '/scenarios/submissions/{submissionId}/receipt',
      summary: 'Read the receipt of a submission, an evidence file that a stranger can verify.',
      permission: 'scenarios.submission.read',
      resourceKey: 'submissionId',
      input: z.object({ submissionId }),
      output: evidenceFile,
      errors,
    }),
    getLeaderboard: operation({
      method: 'GET',
      path: '/scenarios/calls/{callId}/leaderboard',
      summary: 'Read the leaderboard of a call.',
      ...readCall,
      input: z.object({ callId }),
      output: leaderboard,
    }),
    listPositions: operation({
      method: 'GET',
      path: '/scenarios/calls/{callId}/positions',
      summary: 'List how ranks moved, the latest move first.',
      ...readCall,
      input: z.object({ callId, ...pageInput }),
      output: pageOutput(position),
    }),
    getLeaderboardEvidence: operation({
      method: 'GET',
      path: '/scenarios/calls/{callId}/evidence',
      summary: 'Read the closed leaderboard as an evidence file that a stranger can verify.',
      ...readCall,
      input: z.object({ callId }),
      output: evidenceFile,
      errors,
    }),
  },
});

export type CallDetailView = z.input<typeof callDetail>;
export type CallSummaryView = z.input<typeof callSummary>;
export type HomeView = z.input<typeof home>;
export type LeaderboardView = z.input<typeof leaderboard>;
export type ScenarioView = z.input<typeof scenario>;
export type SubmissionView = z.input<typeof submission>;
export type SubmissionDetailView = z.input<typeof submissionDetail>;
export type TeamView = z.input<typeof team>;
