import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import type { ServingOptions } from '../config.ts';
import { servingErrors } from '../errors.ts';
import { readTrial } from '../trials/trial-store.ts';
import { trialOf } from '../trials/trial-view.ts';
import * as store from './endpoint-store.ts';
import type { EndpointUses } from './endpoints.ts';

type Input = { trialId: string; replicasMin: number; replicasMax: number };

/**
 * Sets how many processes of a trial each server keeps ready and may run; servers follow within two seconds. Throws
 * `kernel.invalid_input` where the least is over the most, or over what a server runs, and `serving.trial_ended`.
 */
export async function scaleTrial(
  { trialId, replicasMin, replicasMax }: Input,
  options: ServingOptions,
  { kernel, runners, calls }: Pick<EndpointUses, 'kernel' | 'runners' | 'calls'>,
  { principal }: Call,
) {
  const { db, access, facts, live } = kernel;
  const row = await readTrial(db.read, trialId);
  if (!row) throw kernelErrors.make.missing({ id: trialId });
  const ref = { type: 'hub.repository', id: row.repository_id };
  await access.require(principal, 'hub.repository.read', ref);
  await access.require(principal, 'hub.repository.write', ref);
  if (row.state === 'ended') throw servingErrors.make.trial_ended();
  const invalid = (problem: string) => kernelErrors.make.invalid_input({ problem });
  if (replicasMin > replicasMax) throw invalid('replicasMin is over replicasMax');
  const most = options.SERVING_MODELS_AT_ONCE;
  if (replicasMax > most) throw invalid(`replicasMax is over ${most}, what a server runs in all`);
  await db.transaction(async (tx) => {
    if (!(await store.scaleTrial(tx, trialId, { min: replicasMin, max: replicasMax }))) return;
    await facts.append(tx, {
      ...{ kind: 'serving.trial_scaled', subject: trialId, actor: principal.id },
      body: { trialId, repositoryId: row.repository_id, replicasMin, replicasMax },
    });
    db.afterCommit(tx, () => {
      calls.forget();
      live.publish('serving.deployment');
    });
  });
  const scaled = (await readTrial(db.read, trialId)) ?? row;
  if (scaled.state === 'open') runners.of(scaled);
  return trialOf(scaled);
}
