import type { Executor } from '#kernel/db.ts';
import { guard, type Handlers, type Kernel, type ModuleSource } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { createBell } from '#kernel/service.ts';
import type { Compute } from '#modules/compute';
import { createAllowances } from './allowances.ts';
import type { ServingOptions } from './config.ts';
import { servingContract } from './contract.ts';
import { healthOf, programOf } from './deployment-view.ts';
import { deploymentHandlers } from './deployments.ts';
import { createEndpointNames } from './endpoints/endpoint-names.ts';
import { endpointHandlers } from './endpoints/endpoints.ts';
import { createTraffic } from './endpoints/traffic.ts';
import { createTrafficTally } from './endpoints/traffic-counts.ts';
import type { Health } from './entities.ts';
import { servingErrors } from './errors.ts';
import { createInfer } from './infer.ts';
import { createModelRunners } from './models/model-runners.ts';
import { oipDoors } from './oip/doors.ts';
import { openaiDoors } from './openai/doors.ts';
import { journalHandlers } from './read-journal.ts';
import { type ProgramTerms, registerProgram } from './register-program.ts';
import { createRemotes } from './remotes/remotes.ts';
import { replayHandlers, replaySubscription } from './replay.ts';
import { createSessions } from './sessions.ts';
import { createStarter, failDeployment } from './starter.ts';
import { createStops, type Stops } from './stops.ts';
import * as store from './store.ts';
import { readHealth } from './store-journal.ts';
import { createTaskCalls } from './tasks/task-calls.ts';
import { taskDoors } from './tasks/task-doors.ts';
import { type TaskInput, taskInputOfJson } from './tasks/task-input.ts';
import { createTrialCalls } from './trials/trial-calls.ts';
import { type TrialHub, trialHandlers } from './trials/trials.ts';

export { type ServingOptions, servingOptions } from './config.ts';
export type { Health } from './entities.ts';
export type { ProgramTerms } from './register-program.ts';
export type { TaskInput } from './tasks/task-input.ts';

export const servingSource: ModuleSource = {
  contract: servingContract,
  migrations: { module: 'serving', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: new URL('./policies.cedar', import.meta.url),
};

export type Serving = ReturnType<typeof createServing>;

/** Deployments of approved programs: inference, its journal, its count, and the stop. */
export function createServing(
  options: ServingOptions,
  uses: {
    kernel: Kernel;
    hub: TrialHub;
    compute: Pick<
      Compute,
      'openRowSession' | 'openModelSession' | 'openTaskSession' | 'environmentDigest' | 'submit'
    >;
  },
) {
  const { kernel, hub, compute } = uses;
  const bell = createBell();
  const ownStops = createStops(kernel);
  const stops: Stops = ownStops;
  const sessions = createSessions(options, {
    ...{ kernel, compute, stops: ownStops },
    onDiffers: (deploymentId, sessionId) =>
      failDeployment(kernel, { deploymentId, sessionId, reason: 'rebuilt_differs' }),
  });
  const end = (deploymentId: string) => {
    sessions
      .closeAll(deploymentId)
      .catch((error: unknown) => kernel.log.error({ error }, 'programs could not be ended'));
  };
  const remotes = createRemotes(options, kernel);
  const runners = createModelRunners(options, { kernel, compute, remotes, stops: ownStops });
  stops.onChange(({ type, id }) => {
    if (type !== 'serving.deployment') return;
    end(id);
    runners
      .close(id, servingErrors.make.stopped())
      .catch((error: unknown) => kernel.log.error({ error }, 'a model could not be ended'));
  });
  const names = createEndpointNames(kernel);
  const tally = createTrafficTally(kernel);
  const random = () => Buffer.from(kernel.random(4)).readUInt32LE() / 2 ** 32;
  const traffic = createTraffic(options, { kernel, names, tally, runners, stops, random });
  const calls = createTrialCalls(options, { kernel, runners, stops, endpoints: names, traffic });
  const tasks = createTaskCalls({ calls });
  const infer = createInfer({ kernel, sessions, stops });
  const handlers: Handlers<(typeof servingContract)['operations']> = {
    ...deploymentHandlers({ kernel, hub, compute, onCreated: bell.ring, onEnded: end }),
    ...journalHandlers(kernel),
    ...replayHandlers(options, { kernel, compute }),
    ...endpointHandlers(options, { kernel, runners, names, tally, calls }),
    ...trialHandlers(options, { kernel, hub, runners, remotes, calls }),
    infer,
    async callTask({ trialId, ...asked }, call) {
      const found = await calls.find(trialId, null, call);
      const input = taskInputOfJson(tasks.taskOf(found), asked);
      return tasks.answer({ found, input, call });
    },
  };
  return {
    contract: servingContract,
    handlers: guard(servingContract, kernel.access, handlers),
    doors: [
      ...oipDoors(options, { kernel, calls }),
      ...taskDoors(options, { calls, tasks }),
      ...openaiDoors(options, { kernel, calls, tasks, remotes, stops }),
    ],
    services: [
      sessions.service,
      runners.service,
      remotes.service,
      createStarter(options, { kernel, compute, bell }),
    ],
    subscriptions: [replaySubscription({ kernel, compute })],

    /** Makes an approved program known; its id. See register-program.ts. */
    registerProgram: (tx: Executor, terms: ProgramTerms, call: Call): Promise<string> =>
      registerProgram(tx, terms, kernel, call),
    /** A program as it was approved; null where there is none. No access is asked. */
    async readProgram(programId: string, executor?: Executor) {
      const row = await store.readProgram(executor ?? kernel.db.read, programId);
      return row && programOf(row, false);
    },
    /**
     * Has a deployment answer rows, for a caller in process. Access is asked for the party `callerId`, which
     * a service of the platform has to name. See infer.ts.
     */
    infer,
    /** Task-level calls in process; access is asked, and calls are counted. See tasks/task-calls.ts. */
    tasks: {
      async answer({ trialId, input }: { trialId: string; input: TaskInput }, call: Call) {
        return tasks.answer({ found: await calls.find(trialId, null, call), input, call });
      },
    },
    /** Emergency stops, of deployments and of what later rooms name. See stops.ts. */
    stops,
    /** `allow`, `closeAllowance`, `usageOf`, `usageLines`: see allowances.ts. */
    ...createAllowances(kernel),
    /** How a deployment does; null where there is none. No access is asked. */
    async readHealth(
      deploymentId: string,
    ): Promise<{ programId: string; state: string; health: Health } | null> {
      const row = await store.readDeployment(kernel.db.read, deploymentId);
      if (!row) return null;
      const health = healthOf(await readHealth(kernel.db.read, deploymentId));
      return { programId: row.program_id, state: row.state, health };
    },
    /** Ids of the deployments of a program that have not ended. No access is asked. */
    livingDeployments: (programId: string, executor?: Executor): Promise<string[]> =>
      store.livingDeployments(executor ?? kernel.db.read, programId),
    /** Which of these objects a deployment refers to, for the sweep of blobs. */
    blobsInUse: (digests: readonly string[]) => store.blobsInUse(kernel.db.read, digests),
  };
}
