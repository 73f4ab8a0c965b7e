import type { Executor } from '#kernel/db.ts';
import { guard, type Handlers, type ModuleSource } from '#kernel/module.ts';
import { createBell } from '#kernel/service.ts';
import { caseSubscription, certificateSubscription } from './award.ts';
import { attendCalls, createCallClock } from './call-clock.ts';
import { stopCall } from './call-course.ts';
import type { ScenariosOptions } from './config.ts';
import { scenariosContract } from './contract.ts';
import { evaluationSubscription } from './evaluation-facts.ts';
import { readLeaderboardEvidence, readReceipt } from './evidence.ts';
import { readHome } from './home.ts';
import { leaderboardDoor } from './leaderboard-csv.ts';
import type { Uses } from './module-uses.ts';
import { listCalls, readCall } from './read-calls.ts';
import { listPositions, readLeaderboard } from './read-leaderboard.ts';
import { listSubmissions, readSubmission } from './read-submissions.ts';
import { createScenario, listScenarios, readScenario, updateScenario } from './scenarios.ts';
import { createSearchEntries } from './search-entries.ts';
import { submitBaseline, submitForTeam, submitVariant } from './submit.ts';
import { joinCall, listTeams, withdrawTeam } from './teams.ts';
import { closeCall, createCall, lockCall, publishCall, updateCall } from './write-call.ts';

export { scenariosOptions } from './config.ts';
export { scenariosProcedures } from './procedures.ts';

export const scenariosSource: ModuleSource = {
  contract: scenariosContract,
  migrations: { module: 'scenarios', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: new URL('./policies.cedar', import.meta.url),
};

/** Scenarios and their calls: from a draft over evaluation, leaderboard and review to the award. */
export function createScenarios(options: ScenariosOptions, given: Omit<Uses, 'wake' | 'options'>) {
  const bell = createBell();
  const uses: Uses = { ...given, options, wake: () => bell.ring() };
  const { kernel } = uses;
  return {
    contract: scenariosContract,
    handlers: guard(scenariosContract, kernel.access, handlersOf(uses)),
    doors: [leaderboardDoor(uses)],
    services: [createCallClock(uses, bell)],
    subscriptions: [
      evaluationSubscription(uses),
      caseSubscription(uses),
      certificateSubscription(uses),
    ],

    /** What the search shows of published calls. */
    searchEntries: createSearchEntries(kernel),
    /** Does what is due now, as the service does all the time. */
    attendDue: (signal: AbortSignal): Promise<void> => attendCalls(uses, signal),
  };
}

function handlersOf(uses: Uses): Handlers<(typeof scenariosContract)['operations']> {
  const { kernel } = uses;
  return {
    home: () => readHome(uses),
    listScenarios: (input, call) => listScenarios({ ...noFilter, ...input }, uses, call),
    getScenario: ({ scenarioId }, call) => readScenario(scenarioId, uses, call),
    createScenario: (input, call) => createScenario(input, uses, call),
    updateScenario: (input, call) => updateScenario(input, uses, call),
    listCalls: (input, call) => listCalls(input, uses, call),
    getCall: ({ callId }, call) => readCall(callId, uses, call),
    createCall: async (input, call) => readCall(await createCall(input, uses), uses, call),
    async updateCall(input, call) {
      await updateCall(input, uses);
      return readCall(input.callId, uses, call);
    },
    async publishCall({ callId }, call) {
      await publishCall(callId, uses, call);
      return readCall(callId, uses, call);
    },
    async closeCall({ callId }, call) {
      await closeCall(callId, uses);
      return readCall(callId, uses, call);
    },
    async stopCall({ callId, reason }, call) {
      const stop = async (tx: Executor) => {
        const row = await lockCall(tx, callId);
        if (row.state !== 'stopped') await stopCall(tx, row, reason, uses, call);
      };
      await kernel.db.transaction(stop);
      return readCall(callId, uses, call);
    },
    listTeams: (input) => listTeams(input, uses),
    joinCall: (input, call) => joinCall(input, uses, call),
    async withdrawTeam({ teamId }, call) {
      await withdrawTeam(teamId, uses, call);
      return { teamId, withdrawn: true };
    },
    submit: async (input, call) =>
      readSubmission(await submitForTeam(input, uses, call), uses, call),
    submitBaseline: async (input, call) =>
      readSubmission(await submitBaseline(input, uses, call), uses, call),
    submitVariant: async (input, call) =>
      readSubmission(await submitVariant(input, uses, call), uses, call),
    listSubmissions: (input, call) => listSubmissions(input, uses, call),
    getSubmission: ({ submissionId }, call) => readSubmission(submissionId, uses, call),
    getReceipt: ({ submissionId }, call) => readReceipt(submissionId, uses, call),
    getLeaderboard: ({ callId }, call) => readLeaderboard(callId, uses, call),
    listPositions: (input) => listPositions(input, uses),
    getLeaderboardEvidence: ({ callId }, call) => readLeaderboardEvidence(callId, uses, call),
  };
}

const noFilter = {
  query: undefined,
  sector: undefined,
  district: undefined,
  ownerId: undefined,
  state: undefined,
};
