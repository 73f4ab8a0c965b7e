import type { Door } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Engine } from './engine.ts';
import { assuranceErrors } from './errors.ts';
import { seesBytes } from './evaluation-view.ts';
import { readerSight } from './read-evaluations.ts';
import * as store from './store.ts';

/**
 * `GET …/evaluations/<id>/predictions`: what a program predicted, as CSV `row,flag,score`. Once
 * disclosed they are open to everybody; before that, on hidden data, to the owner of the data and
 * to auditors.
 */
export function predictionsDoor(engine: Engine): Door {
  const { db, access, blobs } = engine.kernel;
  return {
    module: 'assurance',
    name: 'downloadPredictions',
    method: 'GET',
    path: '/api/v1/assurance/evaluations/:evaluationId/predictions',
    summary: 'Download the predictions of an evaluation as CSV.',
    permission: 'open',
    bodyBytesMax: 0,
    errors: ['unauthenticated', 'denied', 'missing'],
    async handle({ params: { evaluationId = '' } }, call) {
      const row = await store.readEvaluation(db.read, evaluationId);
      if (!row?.disclosed_at) {
        const resource = { type: 'assurance.evaluation', id: evaluationId };
        await access.require(call.principal, 'assurance.evaluation.read', resource);
      }
      if (!row) throw kernelErrors.make.missing({ id: evaluationId });
      if (!seesBytes(row, await readerSight(row, engine, call))) {
        throw assuranceErrors.make.predictions_withheld();
      }
      const digest = row.predictions_digest;
      if (!digest) throw assuranceErrors.make.predictions_missing();
      return {
        status: 200,
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="predictions-${row.id}.csv"`,
          'x-content-type-options': 'nosniff',
          'content-security-policy': "default-src 'none'",
          // Access may be withdrawn, so a copy is asked about each time.
          'cache-control': 'private, no-cache',
          etag: `"${digest}"`,
        },
        body: blobs.get(digest),
      };
    },
  };
}
