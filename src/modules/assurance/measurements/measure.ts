import { Failure, type Json } from '#kernel/errors.ts';
import { serviceCall } from '#kernel/principal.ts';
import { pause } from '#kernel/service.ts';
import { textDigest } from '#verify/crypto.ts';
import { canonicalJson } from '#verify/jcs.ts';
import type { CaseJudgement } from '../metrics/metric.ts';
import { taskMetrics } from '../metrics/task-metrics.ts';
import { answerFault } from './answer-fault.ts';
import { caseInput } from './case-input.ts';
import { failMeasurement, finishMeasurement } from './finish-measurement.ts';
import type { MeasurementReason } from './measurement-reasons.ts';
import * as store from './measurement-store.ts';
import { type MeasurementUses, TOPIC } from './measurement-uses.ts';
import { readSuite } from './read-suite.ts';
import type { Suite, SuiteCase } from './suite-file.ts';

/** Larger outputs are judged and named by their digest, and not kept. */
const OUTPUT_BYTES_MAX = 4 * 1024 ** 2;
const FAULTS_MAX = 4;
const MOMENTS_MAX = 100;
const RETRY_SECONDS = 2;
const TELL_EVERY_MS = 500;

export type MeasureUses = MeasurementUses & { lease(): store.Lease };

/** Why a measurement goes no further here. */
class Ended extends Error {
  readonly reason: MeasurementReason;
  constructor(reason: MeasurementReason) {
    super(reason);
    this.reason = reason;
  }
}
/** It was stopped, or its lease went to another server. */
class Lost extends Error {}

/**
 * Asks every case of a claimed measurement that is not counted yet, one after the other, and finishes it. Each case is written with its
 * score as soon as it is answered, by whoever holds the lease, so that it counts once whatever happens. Rejects only where
 * the database does.
 */
export async function measure(
  row: store.MeasurementRow,
  uses: MeasureUses,
  signal: AbortSignal,
): Promise<void> {
  const { kernel } = uses;
  try {
    const suite = await suiteFor(row, uses, signal);
    const done = await store.placesDone(kernel.db.read, row.id);
    const tell = createTelling(uses);
    for (const [place, item] of suite.items.entries()) {
      if (done.has(place)) continue;
      await count(row, place, await ask(row, item, uses, signal), uses);
      tell();
    }
    await finishMeasurement(row, uses);
  } catch (error) {
    if (error instanceof Lost) return;
    if (error instanceof Ended) return failMeasurement(row, error.reason, uses);
    await putBack(row, error, uses, signal);
  }
}

function createTelling({ kernel: { live } }: MeasureUses) {
  let told = 0;
  return () => {
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    live.publish(TOPIC);
  };
}

async function suiteFor(
  row: store.MeasurementRow,
  uses: MeasureUses,
  signal: AbortSignal,
): Promise<Suite> {
  const ref = { repositoryId: row.suite_id, revisionDigest: row.suite_digest };
  try {
    return await readSuite(ref, uses, serviceCall('assurance', signal));
  } catch (error) {
    // It was read when it was asked for; only limits that are lower by now speak against it.
    if (error instanceof Failure && error.code.startsWith('assurance.suite_')) {
      throw new Ended('suite_unreadable');
    }
    throw error;
  }
}

type Asked = Omit<store.CaseRow, 'place'>;

/** One case, asked until it is answered or will not be. */
async function ask(
  row: store.MeasurementRow,
  item: SuiteCase,
  uses: MeasureUses,
  signal: AbortSignal,
): Promise<Asked> {
  const { kernel, serving } = uses;
  const input = await caseInput(item.asks, kernel.blobs);
  if (!input) throw new Ended('suite_unreadable');
  if (input.kind === 'table' && input.rows.length !== rowsExpected(item)) {
    throw new Ended('suite_unreadable');
  }
  for (let moments = 0; ; moments += 1) {
    signal.throwIfAborted();
    try {
      const call = serviceCall('assurance', signal);
      const { output, tookMs } = await serving.tasks.answer({ trialId: row.trial_id, input }, call);
      return await answered(row, item, { output, tookMs }, uses);
    } catch (error) {
      signal.throwIfAborted();
      const fault = answerFault(error);
      if (fault.of === 'trial') throw new Ended(fault.code);
      if (fault.of === 'case') return missed(row, item, fault.code);
      if (fault.of === 'platform' || moments >= MOMENTS_MAX) throw error;
      await pause(fault.seconds * 1_000, signal);
      const { lease } = uses;
      const held = await kernel.db.transaction((tx) => store.renewLease(tx, row.id, lease()));
      if (!held) throw new Lost();
    }
  }
}

const rowsExpected = ({ expected }: SuiteCase) =>
  typeof expected === 'object' && expected !== null && 'flags' in expected
    ? Array.isArray(expected.flags) && expected.flags.length
    : 0;

async function answered(
  row: store.MeasurementRow,
  item: SuiteCase,
  { output, tookMs }: { output: unknown; tookMs: number },
  { kernel }: MeasureUses,
): Promise<Asked> {
  const texts = item.asks.kind === 'texts' ? item.asks.texts : [];
  const judged = taskMetrics[row.task].judge(item.expected, output, texts);
  const json = canonicalJson(plain(output));
  const kept = row.suite_open && json.length <= OUTPUT_BYTES_MAX;
  const digest = kept
    ? (await kernel.blobs.put(Buffer.from(json), { bytesMax: OUTPUT_BYTES_MAX * 4 })).digest
    : await textDigest(json);
  return {
    ...{ case_id: item.id, output_digest: digest, output_kept: kept, took_ms: tookMs },
    ...(judged ?? missOf(row, item)),
    problem: judged ? null : 'assurance.answer_misfit',
  };
}

/** What an answer is as JSON: members that are undefined are none. */
const plain = (output: unknown): Json => JSON.parse(JSON.stringify(output) ?? 'null');

function missed(row: store.MeasurementRow, item: SuiteCase, problem: string): Asked {
  return {
    ...{ case_id: item.id, problem, ...missOf(row, item) },
    ...{ output_digest: null, output_kept: false, took_ms: null },
  };
}

const missOf = ({ task }: store.MeasurementRow, { expected }: SuiteCase): CaseJudgement =>
  taskMetrics[task].miss(expected);

async function count(
  row: store.MeasurementRow,
  place: number,
  asked: Asked,
  { kernel, lease }: MeasureUses,
): Promise<void> {
  await kernel.db.transaction(async (tx) => {
    if (!(await store.renewLease(tx, row.id, lease()))) throw new Lost();
    await store.insertCase(tx, row.id, { place, ...asked });
  });
}

/** Gives a measurement back after a fault of the platform, or because the server stops; after too many faults it has failed. */
async function putBack(
  row: store.MeasurementRow,
  error: unknown,
  uses: MeasureUses,
  signal: AbortSignal,
): Promise<void> {
  const { kernel, lease } = uses;
  const stopping = signal.aborted;
  const faults = row.faults + (stopping ? 0 : 1);
  if (!stopping) kernel.log.error({ error, measurementId: row.id }, 'a measurement was broken off');
  if (faults >= FAULTS_MAX) return failMeasurement(row, 'platform_fault', uses);
  const { serverId, now } = lease();
  const wait = RETRY_SECONDS * 1_000 * 4 ** (faults - 1);
  const retryAt = stopping ? null : new Date(now.getTime() + wait);
  await kernel.db.transaction((tx) => store.putBack(tx, row.id, { serverId, faults, retryAt }));
}
