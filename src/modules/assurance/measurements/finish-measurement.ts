import type { Executor } from '#kernel/db.ts';
import { jsonDigest } from '../digests.ts';
import { bootstrapInterval, quantile } from '../metrics/bootstrap.ts';
import { once } from '../metrics/metric.ts';
import { taskMetrics } from '../metrics/task-metrics.ts';
import type { MeasurementReason } from './measurement-reasons.ts';
import * as store from './measurement-store.ts';
import { type MeasurementUses, TOPIC } from './measurement-uses.ts';

type FinishUses = MeasurementUses & { lease(): store.Lease };

const nothing = {
  ...{ score: null, interval_low: null, interval_high: null, figures: null, median_ms: null },
  ...{ p90_ms: null, environment_digest: null, outputs_digest: null, differing: null },
} as const;

/** Works the metric out of all cases, compares a repeat with the first measurement, and announces it: once. */
export async function finishMeasurement(
  row: store.MeasurementRow,
  uses: FinishUses,
): Promise<void> {
  const { kernel, compute } = uses;
  const { db } = kernel;
  const cases = await store.allCases(db.read, row.id);
  const sum = taskMetrics[row.task].sum(cases.map(({ tally }) => tally));
  const score = sum.score(once(cases.length));
  const seed = (await jsonDigest([row.revision_digest, row.path, row.suite_digest])).slice(7);
  const interval = await bootstrapInterval(sum, { cases: cases.length, seed });
  const times = cases.flatMap(({ took_ms: took }) => took ?? []).sort((a, b) => a - b);
  const outputs = await jsonDigest(
    cases.map((one) => [one.case_id, one.output_digest ?? one.problem]),
  );
  const environment = await compute.modelEnvironmentDigest();
  await end(row, uses, async (tx) => {
    const differing =
      row.repeat_of === null ? null : await store.countDiffering(tx, row.repeat_of, row.id);
    return {
      ...{ state: 'done', reason_code: null, score, figures: { ...sum.figures } },
      ...{ interval_low: interval?.low ?? null, interval_high: interval?.high ?? null },
      median_ms: times.length === 0 ? null : quantile(times, 0.5),
      p90_ms: times.length === 0 ? null : quantile(times, 0.9),
      ...{ environment_digest: environment, outputs_digest: outputs, differing },
      repeat_outcome: differing === null ? null : differing === 0 ? 'same' : 'different',
    };
  });
}

/** Ends a measurement that has no score. */
export function failMeasurement(
  row: store.MeasurementRow,
  reason: MeasurementReason,
  uses: FinishUses,
): Promise<void> {
  return end(row, uses, async () => ({
    ...{ ...nothing, state: 'failed', reason_code: reason },
    repeat_outcome: row.repeat_of === null ? null : 'failed',
  }));
}

/** Where the lease is another's by now, or somebody stopped it, nothing happens. */
async function end(
  row: store.MeasurementRow,
  { kernel, lease }: FinishUses,
  how: (tx: Executor) => Promise<Omit<store.MeasurementEnd, 'at' | 'factId'>>,
): Promise<void> {
  await kernel.db.transaction(async (tx) => {
    if (!(await store.renewLease(tx, row.id, lease()))) return;
    await recordEnd(tx, row, await how(tx), kernel);
  });
}

/** Writes the end of a measurement with its fact. */
export async function recordEnd(
  tx: Executor,
  { id }: { id: string },
  ending: Omit<store.MeasurementEnd, 'at' | 'factId'>,
  { clock, db, facts, live }: MeasurementUses['kernel'],
): Promise<void> {
  const row = await store.readMeasurement(tx, id, { lock: true });
  if (!row) return;
  const { interval_low: low, interval_high: high } = ending;
  const fact = await facts.append(tx, {
    ...{ kind: 'assurance.measurement_finished', subject: id, actor: 'service:assurance' },
    body: {
      ...{ measurementId: id, state: ending.state, reason: ending.reason_code },
      ...{ trialId: row.trial_id, repositoryId: row.repository_id, path: row.path },
      ...{ revisionDigest: row.revision_digest, task: row.task, metric: row.metric },
      ...{ suiteRepositoryId: row.suite_id, suiteDigest: row.suite_digest },
      ...{ suiteOpen: row.suite_open, independent: row.suite_owner_id !== row.owner_id },
      ...{ cases: row.cases, casesFailed: row.cases_failed, score: ending.score },
      interval: low === null || high === null ? null : { low, high },
      ...{ environmentDigest: ending.environment_digest, outputsDigest: ending.outputs_digest },
      ...{ repeatOf: row.repeat_of, repeatOutcome: ending.repeat_outcome },
    },
  });
  const at = clock.now();
  await store.endMeasurement(tx, id, { ...ending, at, factId: fact.id });
  db.afterCommit(tx, () => live.publish(TOPIC));
}

/** Stops a measurement for good; one that has ended stays as it is. */
export async function stopMeasurement(
  id: string,
  { kernel }: Pick<MeasurementUses, 'kernel'>,
): Promise<void> {
  await kernel.db.transaction(async (tx) => {
    const row = await store.readMeasurement(tx, id, { lock: true });
    if (row?.state !== 'waiting' && row?.state !== 'running') return;
    const repeat_outcome = row.repeat_of === null ? null : 'failed';
    const ending = { ...nothing, state: 'stopped', reason_code: null, repeat_outcome } as const;
    await recordEnd(tx, row, ending, kernel);
  });
}
