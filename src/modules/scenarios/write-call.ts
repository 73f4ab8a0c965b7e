import * as z from 'zod';
import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { requireMove } from './call-course.ts';
import { type CallDraft, callSpec } from './entities.ts';
import { scenariosErrors } from './errors.ts';
import { freezeCall } from './freeze-call.ts';
import type { Uses } from './module-uses.ts';
import { announce } from './receive-submission.ts';
import * as store from './store.ts';

/** Locks a call; throws `kernel.missing` for one that is none. */
export async function lockCall(tx: Executor, callId: string): Promise<store.CallRow> {
  const row = await store.readCall(tx, callId, { lock: true });
  if (!row) throw kernelErrors.make.missing({ id: callId });
  return row;
}

/** Begins a call as a draft; its id. */
export async function createCall(
  input: { scenarioId: string; draft: CallDraft },
  uses: Uses,
): Promise<string> {
  const { kernel } = uses;
  const callId = kernel.ids('call');
  await kernel.db.transaction(async (tx) => {
    const scenario = await store.readScenario(tx, input.scenarioId);
    if (!scenario) throw kernelErrors.make.missing({ id: input.scenarioId });
    await store.insertCall(tx, {
      id: callId,
      scenario_id: scenario.id,
      owner_id: scenario.owner_id,
      draft: input.draft,
      created_at: kernel.clock.now(),
    });
    const resource = { type: 'scenarios.call', id: callId, owner: scenario.owner_id };
    await kernel.access.register(tx, { ...resource, audience: 'owner' });
    announce(tx, callId, null, uses);
  });
  return callId;
}

/** Replaces the parts of a draft that are given. Throws `scenarios.call_frozen`, `scenarios.changed`. */
export async function updateCall(
  input: { callId: string; version: number; draft: CallDraft },
  uses: Uses,
): Promise<void> {
  await uses.kernel.db.transaction(async (tx) => {
    const row = await lockCall(tx, input.callId);
    if (row.state !== 'draft') throw scenariosErrors.make.call_frozen({ state: row.state });
    if (row.version !== input.version) throw scenariosErrors.make.changed();
    await store.updateCall(tx, row.id, { draft: { ...row.draft, ...input.draft } });
    announce(tx, row.id, null, uses);
  });
}

/**
 * Checks and freezes a draft and asks for its approval; again while that is under way changes nothing. Throws
 * `scenarios.call_incomplete`, `scenarios.revision_unusable`, `scenarios.entry_unclear`, `scenarios.call_state`.
 */
export async function publishCall(callId: string, uses: Uses, call: Call): Promise<void> {
  const { kernel } = uses;
  const before = await store.readCall(kernel.db.read, callId);
  if (!before) throw kernelErrors.make.missing({ id: callId });
  if (before.state === 'approval') return;
  if (before.state !== 'draft') throw scenariosErrors.make.call_state({ state: before.state });
  const parsed = callSpec.safeParse(before.draft);
  if (!parsed.success) {
    const problem = z.prettifyError(parsed.error);
    throw scenariosErrors.make.call_incomplete({ problem });
  }
  const spec = parsed.data;
  // Files are immutable, so they are looked up before the transaction; the version holds the draft still.
  const { frozen, frozenDigest } = await freezeCall(spec, uses, call);
  await kernel.db.transaction(async (tx) => {
    const row = await lockCall(tx, callId);
    if (row.version !== before.version) throw scenariosErrors.make.changed();
    const publish_case_id = await uses.cases.open(
      tx,
      {
        procedure: 'scenarios.publish',
        subject: { type: 'scenarios.call', id: callId },
        title: spec.title,
        link: `/scenarios/calls/${callId}`,
        ownerId: row.owner_id,
        basis: `${callId}/${row.version}`,
      },
      call,
    );
    const change: store.CallChange = {
      draft: spec,
      frozen,
      frozen_digest: frozenDigest,
      opens_at: spec.opensAt === null ? null : new Date(spec.opensAt),
      closes_at: new Date(spec.closesAt),
      publish_case_id,
    };
    await requireMove(tx, row, 'request', change, uses);
  });
}

/** Closes an open call now; again changes nothing. What is being evaluated ends first. */
export async function closeCall(callId: string, uses: Uses): Promise<void> {
  const { kernel } = uses;
  await kernel.db.transaction(async (tx) => {
    const row = await lockCall(tx, callId);
    if (row.closed_at) return;
    await requireMove(tx, row, 'close', { closed_at: kernel.clock.now() }, uses);
  });
}
