import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import { Failure } from '#kernel/errors.ts';
import type { Kernel, Module } from '#kernel/module.ts';
import { movableClock, openTestKernel, runSubscribers } from '#kernel/testing-kernel.ts';
import { computeSource, type JobSpecInput, predictionsName } from '#modules/compute';
import { createHub, hubOptions, hubSource } from '#modules/hub';
import type { AssuranceOptions } from './config.ts';
import { assuranceSource, createAssurance, type EvaluationRequest } from './index.ts';
import type { ComputeUses } from './jobs.ts';
import type { MeasurementUses } from './measurements/measurement-uses.ts';
import { scoresName } from './scores.ts';

export const testOptions: AssuranceOptions = {
  ASSURANCE_WAIT_SECONDS_MAX: 100,
  ASSURANCE_ATTEMPTS_MAX: 3,
  ASSURANCE_RETRY_SECONDS: 2,
  ASSURANCE_SCORE_SECONDS_MAX: 10,
  ASSURANCE_SCORE_MEMORY_BYTES_MAX: 128 * 1024 ** 2,
  ASSURANCE_DISCLOSED_BYTES_MAX: 100_000,
  ASSURANCE_WITNESS_WAIT_SECONDS: 1,
  ASSURANCE_SUITE_CASES_MAX: 20,
  ASSURANCE_SUITE_BYTES_MAX: 100_000,
  ASSURANCE_CASE_BYTES_MAX: 10_000,
  ASSURANCE_MEASUREMENTS_MAX: 3,
  ASSURANCE_MEASURE_LEASE_SECONDS: 30,
};

/**
 * The module on a real kernel with a ledger. Jobs end when the test says so, as compute would
 * announce it, or are run by the real compute that `open` makes.
 */
export async function openHouse(
  db: Database,
  open?: (kernel: Kernel, folder: string) => ComputeUses & Pick<Module, 'services'>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'touyan-assurance-'));
  const clock = movableClock();
  const { kernel } = await openTestKernel(db, {
    ...{ sources: [hubSource, computeSource, assuranceSource], clock },
    ...{ ledger: true, blobs: true, folder },
  });
  const desk = createDesk(kernel);
  const real = open?.(kernel, folder);
  const compute = real ?? desk.compute;
  const assurance = createAssurance(testOptions, {
    ...{ kernel, hub: createHub(hubOptionsOf(), { kernel }), serving: withoutTrials },
    compute: { ...compute, modelEnvironmentDigest: async () => testDigest('environment') },
  });
  const running = runSubscribers(kernel, assurance.subscriptions, real?.services);
  return {
    ...{ kernel, assurance, desk, settle: running.settle, replay: running.replay },
    /** Lets time pass for everything that asks the clock. */
    pass: clock.move,
    async close() {
      await running.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

const hubOptionsOf = () => readOptions(hubOptions, {});
const withoutTrials: MeasurementUses['serving'] = {
  handlers: {
    getTrial: async () => {
      throw new Failure('kernel.missing', 'missing', 'there are no trials here');
    },
  },
  tasks: {
    answer: async () => {
      throw new Failure('serving.trial_ended', 'conflict', 'there are no trials here');
    },
  },
};

type Job = { jobId: string; spec: JobSpecInput };

/** The seam to compute with the test in the place of its hosts. */
function createDesk(kernel: Kernel) {
  const asked: Job[] = [];
  const stopped: string[] = [];
  const logs = new Map<string, string>();
  const refusals: Failure[] = [];
  const compute: ComputeUses = {
    async submit(tx, spec) {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      const jobId = kernel.ids('job');
      kernel.db.afterCommit(tx, () => asked.push({ jobId, spec }));
      return jobId;
    },
    handlers: {
      async stopJob({ jobId }) {
        stopped.push(jobId);
        throw new Error('the test stands in for the rest');
      },
      async getJobLogs({ jobId }) {
        const text = logs.get(jobId);
        if (text === undefined) throw new Failure('compute.logs_withheld', 'denied', 'none');
        return { text, truncated: false };
      },
    },
  };
  const announce = (job: Job, body: object) =>
    kernel.db.transaction((tx) =>
      kernel.facts.append(tx, {
        kind: 'compute.job_finished',
        subject: job.jobId,
        actor: 'service:compute',
        body: {
          jobId: job.jobId,
          basis: job.spec.basis,
          ownerId: job.spec.ownerId,
          outputs: [],
          usage: { wallMs: 1_234, cpuMs: 1_000, memoryBytesMax: 70_000_000 },
          environmentDigest: testDigest('environment'),
          ...body,
        },
      }),
    );
  return {
    compute,
    refusals,
    asked,
    stopped,
    logs,
    latest(basis: string): Job {
      const job = asked.findLast(({ spec }) => spec.basis === basis);
      if (!job) throw new Error(`no job was asked for ${basis}`);
      return job;
    },
    async done(job: Job, text: string) {
      const { digest, sizeBytes } = await kernel.blobs.put(Buffer.from(text), { bytesMax: 1e6 });
      const name = job.spec.mode === 'rows' ? predictionsName : scoresName;
      const outputs = [{ name, digest, sizeBytes }];
      return announce(job, { state: 'done', reason: null, outputs });
    },
    failed: (job: Job, reason: string, more: object = {}) =>
      announce(job, { state: 'failed', reason, ...more }),
    ended: (job: Job) => announce(job, { state: 'stopped', reason: 'cancelled' }),
  };
}

export const testDigest = (name: string) =>
  `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`;

export const testPredictions = 'row,flag,score\n0,0,0.1\n1,1,0.9\n2,0,0.2\n3,1,0.8\n4,0,0.1\n';
export const testLabels =
  'row,mote_id,label,event_id,kind\n0,m1,0,,\n1,m1,1,e1,spike\n2,m1,0,,\n3,m1,0,,\n4,m1,0,,\n';
/** What event-f1 gives for these two with no latency and no gap. */
export const testScores = {
  score: 0.666667,
  precision: 0.5,
  recall: 1,
  eventsTrue: 1,
  eventsFound: 1,
  falseAlarms: 1,
  interval: { low: 0.12345, high: 0.98765 },
};

export function testRequest(more: Partial<EvaluationRequest> = {}): EvaluationRequest {
  const program = (name: string) => ({
    revisionDigest: testDigest(name),
    files: [{ path: 'main.mjs', digest: testDigest(`${name} file`) }],
    entry: 'main.mjs',
    environment: 'javascript' as const,
  });
  return {
    basis: 'submission_1',
    ownerId: 'party_vendor',
    dataOwnerId: 'party_port',
    program: program('program'),
    options: { threshold: 3 },
    features: testDigest('features'),
    labels: testDigest('labels'),
    scorer: program('scorer'),
    scorerOptions: { latencyReadings: 0, mergeGapReadings: 0 },
    datasetDigest: testDigest('dataset'),
    datasetKind: 'hidden',
    limits: { wallSeconds: 60, cpuSeconds: 60, memoryBytes: 1e8 },
    scorePointer: '/score',
    precision: 2,
    ...more,
  };
}
