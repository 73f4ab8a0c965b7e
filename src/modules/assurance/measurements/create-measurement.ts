import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { assuranceErrors } from '../errors.ts';
import { taskMetrics } from '../metrics/task-metrics.ts';
import { isMeasured } from './measured-tasks.ts';
import * as store from './measurement-store.ts';
import { type MeasurementUses, TOPIC } from './measurement-uses.ts';
import { readSuite, type SuiteRef } from './read-suite.ts';

type Asked = {
  trialId: string;
  suite: { repositoryId: string; revisionDigest?: string | undefined };
};

const WRITE = 'hub.repository.write';
const OPERATE = 'assurance.measurement.operate';

/** Whether somebody may measure what stands in a repository: who writes it, and operators. */
export async function mayMeasure(
  repositoryId: string,
  { kernel: { access } }: Pick<MeasurementUses, 'kernel'>,
  { principal }: Call,
): Promise<boolean> {
  const ref = { type: 'hub.repository', id: repositoryId };
  if ((await access.decide(principal, WRITE, ref)).allowed) return true;
  return (await access.decide(principal, OPERATE, null)).allowed;
}

/**
 * Asks for a measurement; its id. The same trial over the same suite is asked for once at a time; after a measurement of the
 * same program it is a repeat, which is compared with the first. Throws `kernel.missing`, `kernel.denied`,
 * `assurance.trial_without_task`, `trial_not_open`, `task_differs`, `suite_invalid`, `suite_too_large`, `measurements_many`.
 */
export async function createMeasurement(
  { trialId, suite: asked }: Asked,
  uses: MeasurementUses & { onCreated(): void },
  call: Call,
): Promise<string> {
  const { kernel, serving, hub, options } = uses;
  const { db, ids, clock, live } = kernel;
  const trial = await serving.handlers.getTrial({ trialId }, call);
  const { repositoryId, revisionDigest, path, task } = trial;
  if (!(await mayMeasure(repositoryId, uses, call))) {
    const owner = trial.ownerId;
    throw kernelErrors.make.denied({ permission: 'assurance.measurement.create', owner });
  }
  if (!isMeasured(task)) throw assuranceErrors.make.trial_without_task();
  if (trial.state !== 'open') throw assuranceErrors.make.trial_not_open({ state: trial.state });
  const { repository, ref } = await suiteOf(asked, hub, call);
  const suite = await readSuite(ref, uses, call);
  if (suite.task !== task) {
    throw assuranceErrors.make.task_differs({ suiteTask: suite.task, task });
  }
  const algorithm = await hub.handlers.getRepository({ repositoryId }, call);
  const metric = taskMetrics[task].name;
  return db.transaction(async (tx) => {
    const open = { trialId, suiteDigest: ref.revisionDigest };
    const held = await store.openMeasurementOf(tx, open);
    if (held !== null) return held;
    const count = await store.countWaiting(tx, trial.ownerId);
    if (count >= options.ASSURANCE_MEASUREMENTS_MAX) {
      throw assuranceErrors.make.measurements_many({ count });
    }
    const same = {
      ...{ repository_id: repositoryId, revision_digest: revisionDigest, path, metric },
      ...{ suite_id: ref.repositoryId, suite_digest: ref.revisionDigest },
    };
    const id = ids('measurement');
    const inserted = await store.insertMeasurement(tx, {
      ...{ ...same, id, trial_id: trialId, owner_id: trial.ownerId, title: algorithm.title, task },
      ...{ revision_number: trial.revisionNumber, suite_owner_id: repository.ownerId },
      ...{ suite_name: suite.name, suite_source: suite.source, suite_licence: suite.licence },
      cases: suite.items.length,
      suite_open: repository.audience !== 'owner' && repository.gated === false,
      repeat_of: await store.firstMeasurementOf(tx, same),
      ...{ requested_by: call.principal.id, created_at: clock.now() },
    });
    if (!inserted) return (await store.openMeasurementOf(tx, open)) ?? id;
    db.afterCommit(tx, () => {
      live.publish(TOPIC);
      uses.onCreated();
    });
    return id;
  });
}

/** The repository and revision that a suite is named by; the latest revision unless given. */
async function suiteOf(asked: Asked['suite'], hub: MeasurementUses['hub'], call: Call) {
  const { repositoryId } = asked;
  const repository = await hub.handlers.getRepository({ repositoryId }, call);
  const revisionDigest = asked.revisionDigest ?? repository.headDigest;
  if (revisionDigest === null) {
    const problem = 'the repository has no revision yet';
    throw assuranceErrors.make.suite_invalid({ where: repository.name, problem });
  }
  const ref: SuiteRef = { repositoryId, revisionDigest };
  return { repository, ref };
}
