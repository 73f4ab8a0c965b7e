import { sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { Thresholds, WarningView, WatchView } from './entities.ts';
import { governanceErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import * as watches from './store-watches.ts';
import { timeCursor } from './time-cursor.ts';

const none: Thresholds = {
  errorRateMax: null,
  flaggedShareMin: null,
  flaggedShareMax: null,
  incidentsPerHourMax: null,
};

/** Sets what a deployment is watched for, in place of what was set before. */
export async function setWatch(
  input: { deploymentId: string; thresholds: Thresholds; stops: boolean },
  uses: Uses,
  call: Call,
): Promise<void> {
  const { kernel } = uses;
  const { deploymentId, thresholds, stops } = input;
  const { flaggedShareMin: low, flaggedShareMax: high } = thresholds;
  if (low !== null && high !== null && low > high) {
    const problem = 'flaggedShareMin is above flaggedShareMax';
    throw governanceErrors.make.thresholds_invalid({ problem });
  }
  const by = call.principal.id;
  await kernel.db.transaction(async (tx) => {
    const row = { deployment_id: deploymentId, thresholds, stops };
    await watches.upsertWatch(tx, { ...row, set_by: by, set_at: kernel.clock.now() });
    await kernel.facts.append(tx, {
      kind: 'governance.watch_set',
      subject: deploymentId,
      actor: by,
      body: { deploymentId, thresholds, stops },
    });
    announceWatch(tx, deploymentId, uses);
  });
}

export async function readWatch(deploymentId: string, uses: Uses, call: Call): Promise<WatchView> {
  const { db, access } = uses.kernel;
  const row = await watches.readWatch(db.read, deploymentId);
  const lasting = await watches.lastingWarnings(db.read, deploymentId);
  const resource = { type: 'serving.deployment', id: deploymentId };
  const permission = 'governance.watch.operate';
  const { allowed } = await access.decide(call.principal, permission, resource);
  return {
    deploymentId,
    thresholds: row?.thresholds ?? none,
    stops: row?.stops ?? false,
    setBy: row?.set_by ?? null,
    setAt: row?.set_at.toISOString() ?? null,
    readings: row?.readings ?? null,
    lookedAt: row?.looked_at?.toISOString() ?? null,
    warnings: lasting.map(viewOf),
    actions: allowed ? ['set'] : [],
  };
}

export async function listWarnings(
  input: {
    deploymentId?: string | undefined;
    state?: 'lasting' | 'ended' | undefined;
    cursor?: string | undefined;
    limit: number;
  },
  { kernel }: Uses,
  call: Call,
) {
  const { access, db } = kernel;
  const column = sql.ref('deployment_id');
  const visible = access.visible(call.principal, 'governance.watch.read', column);
  const page = { after: timeCursor(input.cursor), limit: input.limit + 1 };
  const { rows, total } = await watches.listWarnings(db.read, { ...input, visible }, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.raised_at.toISOString(),
    id: row.id,
  }));
  return { items: items.map(viewOf), total, nextCursor };
}

/** What another room noticed of a deployment, in that room's transaction, which makes it count once. */
export async function recordSignal(
  tx: Executor,
  signal: { deploymentId: string; kind: 'incident'; at: Date },
): Promise<void> {
  if (Number.isNaN(signal.at.getTime())) {
    throw kernelErrors.make.invalid_input({ problem: 'at: a time' });
  }
  await watches.insertSignal(tx, signal);
}

export function announceWatch(tx: Executor, deploymentId: string, { kernel }: Uses): void {
  kernel.db.afterCommit(tx, () => {
    kernel.live.publish(`serving.deployment/${deploymentId}`);
    kernel.live.publish('governance.warning');
  });
}

function viewOf(row: watches.WarningRow): WarningView {
  return {
    warningId: row.id,
    deploymentId: row.deployment_id,
    measure: row.measure,
    value: row.value,
    threshold: row.threshold,
    stopId: row.stop_id,
    raisedAt: row.raised_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
