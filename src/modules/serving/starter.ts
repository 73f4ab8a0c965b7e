import type { Kernel } from '#kernel/module.ts';
import type { Bell, Service } from '#kernel/service.ts';
import { RowSessionEnded } from '#modules/compute';
import type { ServingOptions } from './config.ts';
import type { FailureReason } from './entities.ts';
import { openSessionProcess, type RowSessions } from './session-process.ts';
import * as store from './store.ts';

const BATCH = 20;
const SLEEP_MS = 1_000;
/** Ends of a run that are no fault of the program: another server, or a later time, may do better. */
const OURS = ['isolation_failed', 'environment_missing', 'cancelled'];

type Uses = { kernel: Kernel; compute: RowSessions; bell: Bell };

/**
 * Starts the program of each new deployment once, to see that it does start here, and lets the deployment run.
 * Several servers may do it at once: the first result stands.
 */
export function createStarter(options: ServingOptions, uses: Uses): Service {
  const { kernel, compute, bell } = uses;
  const { db, log } = kernel;
  const start = async (deploymentId: string) => {
    const row = await store.readDeployment(db.read, deploymentId);
    if (row?.state !== 'starting') return;
    if ((await compute.environmentDigest(row.environment)) !== row.environment_digest) return;
    try {
      const process = await openSessionProcess(row, options, uses);
      await process.close();
    } catch (error) {
      if (!(error instanceof RowSessionEnded)) throw error;
      if (OURS.includes(error.end.reason)) throw error;
      return failDeployment(kernel, { deploymentId, reason: 'does_not_start', sessionId: null });
    }
    await db.transaction(async (tx) => {
      const move = { from: ['starting'], to: 'running', reason: null, at: null } as const;
      if (!(await store.moveDeployment(tx, deploymentId, move))) return;
      db.afterCommit(tx, () => announce(kernel, deploymentId));
    });
  };
  return {
    name: 'serving.starter',
    async run(signal) {
      while (!signal.aborted) {
        for (const id of await store.startingDeployments(db.read, BATCH)) {
          if (signal.aborted) return;
          await start(id).catch((error: unknown) =>
            log.error({ error, deployment: id }, 'a deployment could not be started'),
          );
        }
        await bell.sleep(SLEEP_MS, signal);
      }
    },
  };
}

/** Ends the life of a deployment whose program cannot be relied on; once, whoever finds it first. */
export async function failDeployment(
  kernel: Kernel,
  failed: { deploymentId: string; reason: FailureReason; sessionId: string | null },
): Promise<void> {
  const { db, facts } = kernel;
  const { deploymentId, reason, sessionId } = failed;
  await db.transaction(async (tx) => {
    const move = { from: ['starting', 'running'], to: 'failed', reason, at: null } as const;
    if (!(await store.moveDeployment(tx, deploymentId, move))) return;
    const row = await store.readDeployment(tx, deploymentId);
    await facts.append(tx, {
      ...{ kind: 'serving.deployment_failed', subject: deploymentId, actor: 'service:serving' },
      body: { deploymentId, programId: row?.program_id ?? '', reason, sessionId },
    });
    db.afterCommit(tx, () => announce(kernel, deploymentId));
  });
}

function announce({ live }: Kernel, deploymentId: string): void {
  live.publish(`serving.deployment/${deploymentId}`);
  live.publish('serving.deployment');
}
