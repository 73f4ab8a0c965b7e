import type { Executor } from '#kernel/db.ts';
import { servingErrors } from '../errors.ts';
import type { ModelRunners } from '../models/model-runners.ts';
import type { ModelPorts } from '../oip/request.ts';
import { readTrial, type TrialRow } from '../trials/trial-store.ts';
import type { TrafficTerms } from './endpoint-entities.ts';

const refuse = (problem: string) => servingErrors.make.traffic_refused({ problem });

/**
 * That traffic can be set: its trials are open, of the repository, each named once, and take and give the same, also as what answered
 * before. A model that was never loaded is loaded for that. Gives the primary. Throws `serving.traffic_refused` and what loading throws.
 */
export async function checkTraffic(
  { primary, canary, shadow }: TrafficTerms,
  { repositoryId, before }: { repositoryId: string; before: string | null },
  { db, runners }: { db: Executor; runners: ModelRunners },
): Promise<TrialRow> {
  const ids = [primary, ...[canary, shadow].flatMap((share) => (share ? [share.trialId] : []))];
  if (new Set(ids).size < ids.length) throw refuse('a trial stands in it twice');
  const trials = await Promise.all(ids.map((id) => openTrial(db, id, repositoryId)));
  const [first, ...others] = trials;
  if (!first) throw refuse('it has no primary trial');
  const portsOf = async (trial: TrialRow) => trial.ports ?? (await runners.of(trial).ports());
  if (shadow && (await portsOf(first)).inputs.length === 0) {
    throw refuse('calls in the form of OpenAI are not copied to a shadow');
  }
  for (const other of others) {
    const same = other.task === first.task && samePorts(await portsOf(first), await portsOf(other));
    if (!same) throw refuse(`${other.name} does not take and give what ${first.name} does`);
  }
  const last = before === null || before === primary ? null : await readTrial(db, before);
  // What was never loaded nobody can have relied on.
  if (last?.ports) {
    const same = last.task === first.task && samePorts(last.ports, await portsOf(first));
    if (!same) throw refuse(`${first.name} does not take and give what ${last.name} does`);
  }
  return first;
}

async function openTrial(db: Executor, id: string, repositoryId: string): Promise<TrialRow> {
  const trial = await readTrial(db, id);
  if (trial?.repository_id !== repositoryId) throw refuse(`${id} is no trial of the repository`);
  if (trial.state === 'open') return trial;
  throw refuse(`the trial ${trial.name} ${trial.state === 'ended' ? 'has ended' : 'is stopped'}`);
}

/** In their order as well: a copy of a call goes to another model as it stands. */
function samePorts(left: ModelPorts, right: ModelPorts): boolean {
  const textOf = ({ inputs, outputs }: ModelPorts) =>
    JSON.stringify([inputs, outputs].map((side) => side.map((p) => [p.name, p.type, p.shape])));
  return textOf(left) === textOf(right);
}
