import type { Executor } from '#kernel/db.ts';
import { guard, type Handlers, type ModuleSource } from '#kernel/module.ts';
import { caseSubscription, certificateSubscription } from './approval-course.ts';
import { assess } from './assess.ts';
import { governanceContract } from './contract.ts';
import { deploymentSubscription } from './deployment-facts.ts';
import type { Uses } from './module-uses.ts';
import { listApprovals, readApproval } from './read-approvals.ts';
import { listAssessments, readAnswerSheet, readAssessment } from './read-assessments.ts';
import { requestApproval } from './request-approval.ts';
import { listStops, release, stopByHand } from './stops.ts';
import * as store from './store.ts';
import { createWatchService, lookAtAll } from './watch-service.ts';
import { listWarnings, readWatch, recordSignal, setWatch } from './watches.ts';
import { withdrawApproval } from './withdraw-approval.ts';

export { governanceOptions } from './config.ts';
export { governanceProcedures } from './procedures.ts';

export const governanceSource: ModuleSource = {
  contract: governanceContract,
  migrations: { module: 'governance', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: new URL('./policies.cedar', import.meta.url),
};

export type Governance = ReturnType<typeof createGovernance>;

/** Risk tiers, approvals before anything is deployed, emergency stops, watches. */
export function createGovernance(options: Uses['options'], given: Omit<Uses, 'options'>) {
  const uses: Uses = { ...given, options };
  const { kernel } = uses;
  return {
    contract: governanceContract,
    handlers: guard(governanceContract, kernel.access, handlersOf(uses)),
    doors: [],
    services: [createWatchService(uses)],
    subscriptions: [
      caseSubscription(uses),
      certificateSubscription(uses),
      deploymentSubscription(uses),
    ],

    /** The newest approval in force of a program: for what, where, and how far by itself; null for none. */
    async approvalOf(programId: string, executor: Executor = kernel.db.read) {
      const row = await store.approvalOfProgram(executor, programId);
      if (!row) return null;
      const { id: approvalId, purpose, districts, automation, title, tier } = row;
      return { approvalId, purpose, districts, automation, title, tier };
    },
    /** What another room noticed of a deployment, once for each time its transaction commits. */
    recordSignal,
    /** Looks at every watched deployment now, as the service does every few seconds. */
    lookNow: (signal: AbortSignal): Promise<void> => lookAtAll(uses, signal),
  };
}

function handlersOf(uses: Uses): Handlers<(typeof governanceContract)['operations']> {
  return {
    getAnswerSheet: async () => readAnswerSheet(),
    assess: async (input, call) => readAssessment(await assess(input, uses, call), uses, call),
    listAssessments: (input, call) => listAssessments(input, uses, call),
    getAssessment: ({ assessmentId }, call) => readAssessment(assessmentId, uses, call),
    requestApproval: async (input, call) =>
      readApproval(await requestApproval(input, uses, call), uses, call),
    listApprovals: (input, call) => listApprovals(input, uses, call),
    getApproval: ({ approvalId }, call) => readApproval(approvalId, uses, call),
    async withdrawApproval(input, call) {
      await withdrawApproval(input, uses, call);
      return readApproval(input.approvalId, uses, call);
    },
    stop: (input, call) => stopByHand(input, uses, call),
    release: (input, call) => release(input, uses, call),
    listStops: (input) => listStops(input, uses),
    async setWatch(input, call) {
      await setWatch(input, uses, call);
      return readWatch(input.deploymentId, uses, call);
    },
    getWatch: ({ deploymentId }, call) => readWatch(deploymentId, uses, call),
    listWarnings: (input, call) => listWarnings(input, uses, call),
  };
}
