import { strict as assert } from 'node:assert';
import type { Executor } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { askForJob } from './ask-for-job.ts';
import { jsonDigest } from './digests.ts';
import type { Engine } from './engine.ts';
import type { JobLimits } from './jobs.ts';
import { type ScorePointer, scorePointers } from './scores.ts';
import * as store from './store.ts';

/** What another module asks for. */
export type EvaluationRequest = {
  /** Why, such as a submission; several evaluations may stand on one basis. */
  basis: string;
  /** The party whose program is evaluated. */
  ownerId: string;
  /** The party whose data it is evaluated on. */
  dataOwnerId: string;
  program: store.PinnedProgram;
  options: Record<string, Json>;
  /** Digests of the two tables, CSV with a header. */
  features: string;
  labels: string;
  scorer: store.PinnedProgram;
  scorerOptions: Record<string, Json>;
  /** The revision that holds both tables. */
  datasetDigest: string;
  datasetKind: 'public' | 'hidden';
  limits: JobLimits;
  /** Which of the scores counts: `/score`, `/precision` or `/recall`. */
  scorePointer: string;
  /** Digits after the point that show while results are sealed. */
  precision: number;
};

type Repeating = { repeatOf: string; attests: boolean };

/**
 * Begins an evaluation, if the transaction commits, and asks for its first job. Results on hidden
 * data are sealed until `unseal`. The caller has read program, scorer and data as the principal
 * may; here they are digests. Resolves to its id.
 */
export async function evaluate(
  tx: Executor,
  request: EvaluationRequest,
  engine: Engine,
  call: Call,
): Promise<string> {
  const scorePointer = scorePointers.find((pointer) => pointer === request.scorePointer);
  assert(scorePointer, `${request.scorePointer} is none of ${scorePointers.join(', ')}`);
  const { precision } = request;
  assert(Number.isInteger(precision) && precision >= 0 && precision <= 6, 'precision is 0 to 6');
  return begin(tx, await rowOf(request, scorePointer, engine, call), engine, call);
}

/** Begins another run of the same inputs, in the name of the caller, to compare with the first. */
export async function evaluateAgain(
  tx: Executor,
  original: store.EvaluationRow,
  { repeatOf, attests }: Repeating,
  engine: Engine,
  call: Call,
): Promise<string> {
  const { kernel } = engine;
  const row: store.NewEvaluation = {
    ...original,
    id: kernel.ids('evaluation'),
    basis: repeatOf,
    owner_id: call.principal.id,
    repeat_of: repeatOf,
    attests,
    requested_by: call.principal.id,
    created_at: kernel.clock.now(),
  };
  return begin(tx, row, engine, call);
}

async function rowOf(
  request: EvaluationRequest,
  scorePointer: ScorePointer,
  { kernel }: Engine,
  call: Call,
): Promise<store.NewEvaluation> {
  const { features, labels, options, scorerOptions, precision } = request;
  return {
    id: kernel.ids('evaluation'),
    basis: request.basis,
    owner_id: request.ownerId,
    data_owner_id: request.dataOwnerId,
    dataset_kind: request.datasetKind,
    dataset_digest: request.datasetDigest,
    revision_digest: request.program.revisionDigest,
    options_digest: await jsonDigest(options),
    spec: {
      program: pinned(request.program),
      options,
      features,
      labels,
      scorer: pinned(request.scorer),
      scorerOptions,
      scorePointer,
      precision,
      limits: request.limits,
    },
    repeat_of: null,
    attests: false,
    requested_by: call.principal.id,
    sealed: request.datasetKind === 'hidden',
    created_at: kernel.clock.now(),
  };
}

function pinned(program: store.PinnedProgram): store.PinnedProgram {
  const { revisionDigest, entry, environment } = program;
  const files = program.files.map(({ path, digest }) => ({ path, digest }));
  return { revisionDigest, entry, environment, files };
}

async function begin(
  tx: Executor,
  row: store.NewEvaluation,
  engine: Engine,
  call: Call,
): Promise<string> {
  const { access } = engine.kernel;
  const { id, spec } = row;
  await store.insertEvaluation(tx, row);
  const files = [...spec.program.files, ...spec.scorer.files].map(({ digest }) => digest);
  await store.insertObjects(tx, id, [spec.features, spec.labels, ...files]);
  // Its two sides: the program's, which shows what came of it, and the data's, which shows
  // everything.
  const resource = { type: 'assurance.evaluation', id };
  await access.register(tx, { ...resource, owner: row.owner_id, audience: 'owner' });
  const data = { type: 'assurance.data', id, owner: row.data_owner_id };
  await access.register(tx, { ...data, audience: 'owner' });
  if (row.data_owner_id !== row.owner_id) {
    const action = 'assurance.evaluation.read';
    await access.grant(tx, { subject: row.data_owner_id, action, resource, basis: id }, call);
  }
  const stored = await store.readEvaluation(tx, id);
  assert(stored, `${id} was not written`);
  const asking = { phase: 'predict' as const, attempt: 1, predictionsDigest: null };
  await askForJob(tx, stored, asking, engine, call);
  return id;
}
