import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { StopView, Target, TargetType } from './entities.ts';
import { targetTypes } from './entities.ts';
import { governanceErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';

const permissions: Record<TargetType, string> = {
  'serving.deployment': 'governance.deployment.stop',
  'city.rule': 'governance.rule.stop',
  'city.thing': 'governance.thing.stop',
};
const pages: Record<TargetType, string> = {
  'serving.deployment': '/serving/deployments',
  'city.rule': '/city/rules',
  'city.thing': '/city/things',
};

/**
 * Stops a target, if the transaction commits; the stop's id. Serving keeps it and records the fact, with the caller as
 * its actor. A target that is stopped stays stopped, by its first stop. Operators are told.
 */
export async function setStop(
  tx: Executor,
  { target, reason }: { target: Target; reason: string },
  uses: Uses,
  call: Call,
): Promise<string> {
  const by = call.principal.id;
  const stopId = await uses.serving.stops.set(tx, target, { reason, by }, call);
  await uses.notify(tx, {
    to: { role: 'operator' },
    kind: 'governance.stopped',
    title: { zh: `已急停：${kinds[target.type].zh}`, en: `Stopped: ${kinds[target.type].en}` },
    body: { zh: reason, en: reason },
    link: `${pages[target.type]}/${target.id}`,
    basis: stopId,
  });
  announce(tx, uses);
  return stopId;
}

const kinds: Record<TargetType, { zh: string; en: string }> = {
  'serving.deployment': { zh: '部署', en: 'a deployment' },
  'city.rule': { zh: '规则', en: 'a rule' },
  'city.thing': { zh: '终端的指令', en: 'the commands of a thing' },
};

/** Stops a target by the hand of somebody who may, with a reason. Throws `kernel.missing`, `kernel.denied`. */
export async function stopByHand(
  input: { target: Target; reason: string },
  uses: Uses,
  call: Call,
): Promise<StopView> {
  await requireTarget(input.target, uses, call);
  await uses.kernel.db.transaction((tx) => setStop(tx, input, uses, call));
  return newestOf(input.target, uses);
}

/**
 * Releases a target; again changes nothing. A deployment stays stopped once no approval stands for its program.
 * Throws `governance.not_stopped`, `governance.not_approved`.
 */
export async function release(
  { target, reason }: { target: Target; reason: string },
  uses: Uses,
  call: Call,
): Promise<StopView> {
  await requireTarget(target, uses, call);
  const programId = await programOf(target, uses);
  const by = call.principal.id;
  await uses.kernel.db.transaction(async (tx) => {
    if (programId !== null && !(await store.isApproved(tx, programId))) {
      throw governanceErrors.make.not_approved();
    }
    const released = await uses.serving.stops.release(tx, target, { reason, by }, call);
    if (released) announce(tx, uses);
  });
  return newestOf(target, uses);
}

export async function listStops(
  input: {
    state?: 'holding' | 'released' | undefined;
    target?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  },
  uses: Uses,
) {
  const { state } = input;
  const filter = {
    holding: state === undefined ? undefined : state === 'holding',
    target: input.target === undefined ? undefined : targetOf(input.target),
  };
  const page = { before: stopCursor(input.cursor), limit: input.limit + 1 };
  const { rows, total } = await uses.serving.stops.list(filter, page);
  const { items, nextCursor } = toPage(rows, input.limit, ({ id }) => ({ key: id, id }));
  return { items: await viewsOf(items, uses), total, nextCursor };
}

// The permission names the type of the target: what does not exist cannot be stopped.
async function requireTarget(target: Target, { kernel }: Uses, call: Call): Promise<void> {
  await kernel.access.require(call.principal, permissions[target.type], target);
}

async function programOf({ type, id }: Target, { serving }: Uses): Promise<string | null> {
  if (type !== 'serving.deployment') return null;
  return (await serving.readHealth(id))?.programId ?? null;
}

async function newestOf(target: Target, uses: Uses): Promise<StopView> {
  const { rows } = await uses.serving.stops.list({ target }, { before: null, limit: 1 });
  const [view] = await viewsOf(rows, uses);
  if (!view) throw governanceErrors.make.not_stopped();
  return view;
}

type StopRow = Awaited<ReturnType<Uses['serving']['stops']['list']>>['rows'][number];

async function viewsOf(rows: readonly StopRow[], uses: Uses): Promise<StopView[]> {
  const names = await uses.partyNames(rows.map((row) => row.stopped_by));
  return rows.map((row) => ({
    stopId: row.id,
    target: { type: row.target_type, id: row.target_id },
    reason: row.reason,
    stoppedBy: row.stopped_by,
    stoppedByName: names.get(row.stopped_by) ?? row.stopped_by,
    stoppedAt: row.stopped_at.toISOString(),
    releasedBy: row.released_by,
    releaseReason: row.release_reason,
    releasedAt: row.released_at?.toISOString() ?? null,
  }));
}

function targetOf(name: string): Target {
  const [given, id = ''] = name.split('/');
  const type = targetTypes.find((one) => one === given);
  if (!type) throw kernelErrors.make.invalid_input({ problem: 'target: type/id' });
  return { type, id };
}

function stopCursor(text: string | undefined): string | null {
  const cursor = decodeCursor(text);
  if (cursor && !/^stop_\w+$/.test(cursor.id)) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  return cursor?.id ?? null;
}

// Serving tells the pages of the target itself.
function announce(tx: Executor, { kernel }: Uses): void {
  kernel.db.afterCommit(tx, () => {
    kernel.live.publish('governance.stop');
    kernel.live.publish('home');
  });
}
