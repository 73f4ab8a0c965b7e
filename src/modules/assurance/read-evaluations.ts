import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { assuranceContract } from './contract.ts';
import { type Engine, ownCall } from './engine.ts';
import type { EvaluationDetail } from './entities.ts';
import { assuranceErrors } from './errors.ts';
import { isFinal } from './evaluation-state.ts';
import { detailOf, type Sight, seesBytes, sightOf, viewOf } from './evaluation-view.ts';
import * as store from './store.ts';

type AssuranceHandlers = Handlers<(typeof assuranceContract)['operations']>;

const REPEATS_MAX = 50;

/**
 * Reading evaluations: lists, one of them, logs. Access to the evaluation itself has been asked.
 */
export function readHandlers(
  engine: Engine,
): Pick<AssuranceHandlers, 'listEvaluations' | 'getEvaluation' | 'readLog'> {
  const { kernel, jobs } = engine;
  const { db, access } = kernel;
  return {
    async listEvaluations({ cursor, limit, ...wanted }, { principal }) {
      const column = store.evaluationIdColumn;
      const visible = access.visible(principal, 'assurance.evaluation.read', column);
      const seesData = access.visible(principal, 'assurance.data.read', column);
      const filter = { ...wanted, visible };
      const total = await store.countEvaluations(db.read, filter);
      const after = decodeCursor(cursor);
      const rows = await store.listEvaluations(db.read, filter, {
        after,
        limit: limit + 1,
        seesData,
      });
      const { items, nextCursor } = toPage(rows, limit, (row) => ({
        key: row.created_at.toISOString(),
        id: row.id,
      }));
      const views = items.map((row) => viewOf(row, sightOf(row, principal, row.sees_data)));
      return { items: views, total, nextCursor };
    },
    getEvaluation: ({ evaluationId }, call) => readDetail(evaluationId, engine, call),
    async readLog({ evaluationId, phase }, call) {
      const row = await existing(evaluationId, engine);
      const { data } = await readerSight(row, engine, call);
      const hidden = row.dataset_kind === 'hidden';
      // Of a program on hidden data none is kept; the scorer's may repeat labels.
      if (hidden && (phase === 'predict' || !data)) throw assuranceErrors.make.log_withheld();
      const jobId = phase === 'predict' ? row.predict_job_id : row.score_job_id;
      const log = jobId === null ? null : await jobs.readLog(jobId, ownCall());
      if (!log) throw assuranceErrors.make.log_missing({ phase });
      return { phase, text: log.text, truncated: log.truncated };
    },
  };
}

/** An evaluation as the caller may see it; access to it has been asked. */
export async function readDetail(
  evaluationId: string,
  engine: Engine,
  call: Call,
): Promise<EvaluationDetail> {
  const row = await existing(evaluationId, engine);
  const sight = await readerSight(row, engine, call);
  const repeats = await store.repeatsOf(engine.kernel.db.read, row.id, REPEATS_MAX);
  return {
    ...detailOf(row, sight),
    repeats: repeats.map((repeat) => ({
      evaluationId: repeat.id,
      by: repeat.requested_by,
      attests: repeat.attests,
      state: repeat.state,
      outcome: repeat.repeat_outcome,
      createdAt: repeat.created_at.toISOString(),
    })),
    actions: await actionsOn(row, { sight, repeats }, engine, call),
  };
}

/** An evaluation of which the caller knows by access already. */
export async function existing(
  evaluationId: string,
  { kernel }: Engine,
): Promise<store.EvaluationRow> {
  const row = await store.readEvaluation(kernel.db.read, evaluationId);
  if (!row) throw kernelErrors.make.missing({ id: evaluationId });
  return row;
}

/** How much of it the caller sees. */
export async function readerSight(
  row: store.EvaluationRow,
  { kernel }: Engine,
  call: Call,
): Promise<Sight> {
  const data = { type: 'assurance.data', id: row.id };
  const decision = await kernel.access.decide(call.principal, 'assurance.data.read', data);
  return sightOf(row, call.principal, decision.allowed);
}

/**
 * Whether somebody stands with the owner of the program or of the data, and is no independent
 * witness.
 */
export function isInterested(row: store.EvaluationRow, { principal }: Call): boolean {
  const parties = [principal.id, ...principal.memberships.map((one) => one.organisation)];
  return parties.includes(row.owner_id) || parties.includes(row.data_owner_id);
}

async function actionsOn(
  row: store.EvaluationRow,
  { sight, repeats }: { sight: Sight; repeats: readonly store.EvaluationRow[] },
  { kernel }: Engine,
  call: Call,
): Promise<EvaluationDetail['actions']> {
  const allowed = async (permission: string, type: string) =>
    (await kernel.access.decide(call.principal, permission, { type, id: row.id })).allowed;
  const original = row.state === 'done' && row.repeat_of === null;
  const free = original && repeats.every(({ state }) => isFinal(state));
  const bytes = seesBytes(row, sight);
  const open = sight.data || !row.sealed;
  const attests = free && !isInterested(row, call);
  const discloses = original && !row.sealed && !row.disclosed_at;
  const scorerLog = row.score_job_id !== null && sight.data;
  return [
    ...(row.dataset_kind === 'public' || scorerLog ? (['read_log'] as const) : []),
    ...(bytes && row.predictions_digest ? (['download_predictions'] as const) : []),
    ...(free && (await allowed('assurance.data.repeat', 'assurance.data'))
      ? (['repeat'] as const)
      : []),
    ...(attests && (await allowed('assurance.score.attest', 'assurance.evaluation'))
      ? (['attest'] as const)
      : []),
    ...(discloses && (await allowed('assurance.data.manage', 'assurance.data'))
      ? (['disclose'] as const)
      : []),
    ...(original && open ? (['evidence'] as const) : []),
  ];
}
