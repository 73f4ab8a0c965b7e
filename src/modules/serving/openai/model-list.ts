import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { servingErrors } from '../errors.ts';
import type { TrialCalls } from '../trials/trial-calls.ts';
import { listTrials, type TrialRow, trialRepositoryColumn } from '../trials/trial-store.ts';

/** What a list of models, which OpenAI's form has no pages for, shows at most. */
const MODELS_MAX = 1_000;

/** The latest models that answer in OpenAI's form and that the asker may call. */
export async function listModels({ db, access }: Kernel, { principal }: Call) {
  const visible = access.visible(principal, 'hub.repository.read', trialRepositoryColumn);
  const page = { before: null, limit: MODELS_MAX };
  const { rows } = await listTrials(db.read, { state: 'open', openai: true, visible }, page);
  return { object: 'list', data: rows.map((row) => modelOf(row.id, row)) };
}

/** One of them by any name that a call may use. Throws as `TrialCalls.find` does. */
export async function getModel(calls: Pick<TrialCalls, 'find'>, model: string, call: Call) {
  const { trial } = await calls.find(model, null, call);
  const speaks = trial.remote
    ? trial.remote.protocol === 'openai'
    : trial.runtime === 'task' && trial.task === 'feature-extraction';
  if (!speaks) throw servingErrors.make.model_missing({ model });
  return modelOf(model, trial);
}

function modelOf(id: string, trial: TrialRow) {
  return {
    ...{ id, object: 'model', created: Math.floor(trial.created_at.getTime() / 1_000) },
    ...{ owned_by: trial.owner_id, name: trial.name, task: trial.task, trial: true },
  };
}
