import type { Executor } from '#kernel/db.ts';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import { guard, type Handlers, type Kernel, type ModuleSource } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { createBell } from '#kernel/service.ts';
import { takeJobEnd } from './advance.ts';
import { type CertifiedProgram, readCertifiedProgram } from './certified-program.ts';
import type { AssuranceOptions } from './config.ts';
import { assuranceContract } from './contract.ts';
import { discloseEvaluation } from './disclose-evaluation.ts';
import type { Engine } from './engine.ts';
import { type EvaluationRequest, evaluate } from './evaluate.ts';
import { type EvaluationSummary, summaryOf } from './evaluation-summary.ts';
import { certificateEvidence, evaluationEvidence } from './evidence.ts';
import { type CertificateRequest, issueCertificate } from './issue-certificate.ts';
import { type ComputeUses, jobFinished, jobsOf } from './jobs.ts';
import { outputsInUse } from './measurements/measurement-store.ts';
import type { MeasurementUses } from './measurements/measurement-uses.ts';
import { createMeasurer } from './measurements/measurer.ts';
import { measurementHandlers } from './measurements/read-measurements.ts';
import { predictionsDoor } from './predictions-door.ts';
import { certificateHandlers, readCertificate } from './read-certificates.ts';
import { readDetail, readHandlers } from './read-evaluations.ts';
import { repeatEvaluation } from './repeat-evaluation.ts';
import { revokeCertificate } from './revoke-certificate.ts';
import { createSearchEntries } from './search-entries.ts';
import { stopEvaluations } from './stop-evaluations.ts';
import * as store from './store.ts';
import { unseal } from './unseal.ts';
import { createWatchdog } from './watchdog.ts';

export type { CertifiedProgram } from './certified-program.ts';
export { assuranceOptions } from './config.ts';
export type { EvaluationRequest } from './evaluate.ts';
export type { EvaluationSummary } from './evaluation-summary.ts';
export type { CertificateRequest } from './issue-certificate.ts';
export { isOurs, sentenceOf } from './reasons.ts';

export const assuranceSource: ModuleSource = {
  contract: assuranceContract,
  migrations: { module: 'assurance', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: new URL('./policies.cedar', import.meta.url),
};

export type Assurance = ReturnType<typeof createAssurance>;

/** Evaluations in isolation, scores on record, certificates that strangers can check. */
export function createAssurance(
  options: AssuranceOptions,
  uses: {
    kernel: Kernel;
    compute: ComputeUses & MeasurementUses['compute'];
    hub: MeasurementUses['hub'];
    serving: MeasurementUses['serving'];
  },
) {
  const { kernel } = uses;
  const bell = createBell();
  const ended = kernel.metrics.counter({
    module: 'assurance',
    name: 'evaluations_ended_total',
    help: 'Evaluations that came to an end, repeats too.',
    labels: ['state'],
  });
  const countEnd = (state: string) => ended.add({ state });
  const jobs = jobsOf(uses.compute, kernel);
  const engine: Engine = { kernel, jobs, options, wake: bell.ring, countEnd };
  const measurements = { ...uses, options };
  const measurerBell = createBell();
  const handlers: Handlers<(typeof assuranceContract)['operations']> = {
    ...measurementHandlers({ ...measurements, onCreated: measurerBell.ring }),
    ...readHandlers(engine),
    ...certificateHandlers(engine),
    repeatEvaluation: ({ evaluationId }, call) =>
      repeatEvaluation({ evaluationId, attests: false }, engine, call),
    attestScore: ({ evaluationId }, call) =>
      repeatEvaluation({ evaluationId, attests: true }, engine, call),
    async discloseEvaluation({ evaluationId }, call) {
      await discloseEvaluation(evaluationId, engine, call);
      return readDetail(evaluationId, engine, call);
    },
    evaluationEvidence: ({ evaluationId }, call) => evaluationEvidence(evaluationId, engine, call),
    certificateEvidence: ({ certificateId }, call) =>
      certificateEvidence(certificateId, engine, call),
    async revokeCertificate(input, call) {
      await revokeCertificate(input, engine, call);
      return readCertificate(input.certificateId, engine, call);
    },
  };
  return {
    contract: assuranceContract,
    handlers: guard(assuranceContract, kernel.access, handlers),
    doors: [predictionsDoor(engine)],
    services: [
      createWatchdog({ engine, bell }),
      createMeasurer({ ...measurements, bell: measurerBell }),
    ],
    subscriptions: [jobsSubscription(engine)],

    /** What the search shows of certificates. */
    searchEntries: createSearchEntries(kernel),
    /** Begins an evaluation, if the transaction commits; its id. See `EvaluationRequest`. */
    evaluate: (tx: Executor, request: EvaluationRequest, call: Call) =>
      evaluate(tx, request, engine, call),
    /** Stops every evaluation on the bases that has not ended; how many. */
    stop: (tx: Executor, bases: readonly string[], call: Call) =>
      stopEvaluations(tx, bases, engine, call),
    /** The call behind the bases has closed: their results show in full and may be disclosed. */
    unseal: (tx: Executor, bases: readonly string[]) => unseal(tx, bases, engine),
    /** Issues a certificate, if the transaction commits; its id. See `CertificateRequest`. */
    issueCertificate: (tx: Executor, request: CertificateRequest, call: Call) =>
      issueCertificate(tx, request, engine, call),
    /**
     * An evaluation as the platform itself sees it; null where there is none. No access is asked.
     */
    async readEvaluation(
      evaluationId: string,
      executor: Executor = kernel.db.read,
    ): Promise<EvaluationSummary | null> {
      const row = await store.readEvaluation(executor, evaluationId);
      return row && summaryOf(row);
    },
    /** The evaluations on some bases, repeats left out, the oldest first. No access is asked. */
    async readScores(
      bases: readonly string[],
      executor: Executor = kernel.db.read,
    ): Promise<EvaluationSummary[]> {
      return (await store.evaluationsOf(executor, bases)).map(summaryOf);
    },
    /** A certificate with exactly what was evaluated; null where there is none. No access is asked. */
    readCertifiedProgram: (
      certificateId: string,
      executor: Executor = kernel.db.read,
    ): Promise<CertifiedProgram | null> => readCertifiedProgram(executor, certificateId),
    /** Which of these objects evaluations rest on or measurements keep, for the sweep of blobs. */
    async blobsInUse(digests: readonly string[]): Promise<Set<string>> {
      const rested = await store.objectsInUse(kernel.db.read, digests);
      return new Set([...rested, ...(await outputsInUse(kernel.db.read, digests))]);
    },
  };
}

function jobsSubscription(engine: Engine): Subscription {
  return {
    name: 'assurance.jobs',
    kinds: ['compute.job_finished'],
    handle: (fact, tx) => takeJobEnd(tx, jobFinished.parse(fact.body), engine),
  };
}
