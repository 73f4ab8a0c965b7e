import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { scoreEvents } from '#verify/event-f1.ts';
import { announce, type Engine } from './engine.ts';
import { assuranceErrors } from './errors.ts';
import type { ScorePointer, Scores } from './scores.ts';
import * as store from './store.ts';

/** The two texts that let anybody recompute a score. */
export type Disclosed = { predictions: string; labels: string };

/**
 * Publishes predictions and labels of an evaluation: from now on its evidence carries them, and
 * says how the score follows from them where a method of `#verify/method.ts` gives it. It cannot be
 * undone. Throws `assurance.not_done`, `assurance.is_repeat`, `assurance.sealed`,
 * `assurance.too_large_to_disclose`.
 */
export async function discloseEvaluation(
  evaluationId: string,
  engine: Engine,
  call: Call,
): Promise<void> {
  const { kernel } = engine;
  const row = await store.readEvaluation(kernel.db.read, evaluationId);
  if (!row) throw kernelErrors.make.missing({ id: evaluationId });
  if (row.disclosed_at) return;
  if (row.repeat_of) throw assuranceErrors.make.is_repeat({ evaluationId: row.repeat_of });
  if (row.state !== 'done' || !row.scores || !row.predictions_digest) {
    throw assuranceErrors.make.not_done({ state: row.state });
  }
  if (row.sealed) throw assuranceErrors.make.sealed();
  const texts = await disclosedTexts(row, engine);
  const method = methodOf(row.spec, row.scores, texts);
  const body = {
    evaluationId,
    predictionsDigest: row.predictions_digest,
    labelsDigest: row.spec.labels,
    method,
  };
  await kernel.db.transaction(async (tx) => {
    const locked = await store.readEvaluation(tx, evaluationId, { lock: true });
    if (locked?.disclosed_at) return;
    await store.recordDisclosure(tx, evaluationId, { at: kernel.clock.now(), method });
    await kernel.facts.append(tx, {
      kind: 'assurance.evaluation_disclosed',
      subject: evaluationId,
      actor: call.principal.id,
      body,
    });
    announce(tx, row, engine);
  });
}

/** Predictions and labels as text. Throws `assurance.too_large_to_disclose`. */
export async function disclosedTexts(
  row: store.EvaluationRow,
  { kernel, options }: Engine,
): Promise<Disclosed> {
  const limitBytes = options.ASSURANCE_DISCLOSED_BYTES_MAX;
  const read = async (digest: string) => {
    const stat = await kernel.blobs.stat(digest);
    if (stat && stat.sizeBytes > limitBytes) {
      throw assuranceErrors.make.too_large_to_disclose({ limitBytes });
    }
    return kernel.blobs.text(digest, limitBytes);
  };
  return {
    predictions: await read(row.predictions_digest ?? ''),
    labels: await read(row.spec.labels),
  };
}

/**
 * The method of the verifier that gives these very scores, found by trying; null where none does,
 * and evidence then proves no more than that the score was recorded.
 */
function methodOf(
  { scorerOptions, scorePointer }: Pick<store.EvaluationInputs, 'scorerOptions' | 'scorePointer'>,
  recorded: Scores,
  { predictions, labels }: Disclosed,
): 'event-f1/1' | null {
  const { latencyReadings, mergeGapReadings } = scorerOptions;
  if (typeof latencyReadings !== 'number' || typeof mergeGapReadings !== 'number') return null;
  try {
    const given = scoreEvents(predictions, labels, { latencyReadings, mergeGapReadings });
    const ranked: Record<ScorePointer, number> = {
      '/score': given.score,
      '/precision': given.precision,
      '/recall': given.recall,
    };
    const counts = ['precision', 'recall', 'eventsTrue', 'eventsFound', 'falseAlarms'] as const;
    const agrees = counts.every(
      (name) => recorded[name] === null || recorded[name] === given[name],
    );
    return agrees && ranked[scorePointer] === recorded.score ? 'event-f1/1' : null;
  } catch {
    return null;
  }
}
