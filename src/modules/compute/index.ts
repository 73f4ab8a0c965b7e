import { guard, type Handlers, type Kernel, type ModuleSource } from '#kernel/module.ts';
import type { Hub } from '#modules/hub';
import type { ComputeOptions } from './config.ts';
import { computeContract } from './contract.ts';
import { createEndJob } from './end-job.ts';
import type { JobDetail } from './entities.ts';
import type { EnvironmentName } from './isolation.ts';
import { createIsolationService } from './isolation-service.ts';
import { createJobRunner } from './job-runner.ts';
import { jobDetailOf } from './job-view.ts';
import { modelEnvironmentDigest } from './model-environment.ts';
import { type ModelSpec, openModelSession } from './open-model-session.ts';
import { openRowSession, type RowSessionSpec } from './open-row-session.ts';
import { openTaskSession, type TaskSpec } from './open-task-session.ts';
import { outputsDoor } from './outputs-door.ts';
import { readHandlers } from './read-jobs.ts';
import { createStopJob } from './stop-job.ts';
import * as store from './store.ts';
import { createSubmit } from './submit.ts';
import { createSubmitJob } from './submit-job.ts';

export { computeOptions } from './config.ts';
export type { JobSpecInput } from './entities.ts';
export { cellValue, FeaturesError, tableRows } from './feature-rows.ts';
export type { ModelPort, ModelType } from './model-frames.ts';
export { ModelFailed, type ModelInput, ModelRefused, type ModelRun } from './model-talk.ts';
export type { ModelSpec } from './open-model-session.ts';
export { RowSessionEnded, type RowSessionSpec } from './open-row-session.ts';
export { encodeTaskRequest, type TaskSpec } from './open-task-session.ts';
export { type ModelSession, ModelSessionEnded } from './open-worker-session.ts';
export { predictionsName } from './predictions-csv.ts';
export { ROW_BYTES_MAX } from './row-protocol.ts';

export const computeSource: ModuleSource = {
  contract: computeContract,
  migrations: { module: 'compute', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: null,
};

export type Compute = ReturnType<typeof createCompute>;

/** Jobs: programs that nobody vouches for, isolated, on declared inputs, under limits. */
export function createCompute(
  options: ComputeOptions,
  uses: { kernel: Kernel; hub: Pick<Hub, 'readRevision'> },
) {
  const { kernel, hub } = uses;
  const openHost = createIsolationService(options, kernel);
  const endJob = createEndJob(kernel);
  const runner = createJobRunner(options, { kernel, endJob, openHost });
  const submit = createSubmit(options, { kernel, onQueued: runner.ring });
  const handlers: Handlers<(typeof computeContract)['operations']> = {
    ...readHandlers(options, { kernel, openHost }),
    submitJob: createSubmitJob({ kernel, hub, submit }),
    stopJob: createStopJob({ kernel, endJob, ring: runner.ring }),
  };
  return {
    contract: computeContract,
    handlers: guard(computeContract, kernel.access, handlers),
    doors: [outputsDoor(kernel)],
    services: [runner.service],
    subscriptions: [],

    /** Puts a job into the queue in the caller's transaction; see submit.ts. */
    submit,
    /** What a program of this environment would run in now; null where this host has none. */
    async environmentDigest(environment: EnvironmentName): Promise<string | null> {
      const { environments } = await openHost();
      return environments.find(({ name }) => name === environment)?.digest ?? null;
    },
    /** What models and task programs run in on this host; see model-environment.ts. */
    modelEnvironmentDigest: async () => modelEnvironmentDigest(await openHost()),
    /** Starts a program that stays and answers rows as they come; see open-row-session.ts. */
    openRowSession: async (spec: RowSessionSpec) =>
      openRowSession(spec, { blobs: kernel.blobs, host: await openHost() }),
    /** Loads an ONNX model into an isolated process that stays; see open-model-session.ts. */
    openModelSession: async (spec: ModelSpec) =>
      openModelSession(spec, { blobs: kernel.blobs, host: await openHost() }),
    /** Loads a program with its models into an isolated process that stays; see open-task-session.ts. */
    openTaskSession: async (spec: TaskSpec) =>
      openTaskSession(spec, { blobs: kernel.blobs, host: await openHost() }),
    /** A job with its outputs; null where there is none. Access is not asked. */
    async readJob(jobId: string): Promise<JobDetail | null> {
      const row = await store.readJob(kernel.db.read, jobId);
      return row ? jobDetailOf(row, null) : null;
    },
    /** Which of these objects a job refers to, for the sweep of blobs. */
    blobsInUse: (digests: readonly string[]) => store.digestsInUse(kernel.db.read, digests),
  };
}
