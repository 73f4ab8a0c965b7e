import type { Executor } from '#kernel/db.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { type CallEvent, isPublished, stateAfter } from './call-state.ts';
import { endSubmission } from './end-submission.ts';
import { callSpec } from './entities.ts';
import { scenariosErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import { announce, receiveSubmission } from './receive-submission.ts';
import * as store from './store.ts';
import { evaluatingOf } from './submission-store.ts';

const TOO_LATE = '未能在截止时间前发布。 It could not be published before its closing time.';

/** How a call moves. Every function works in the caller's transaction; the call's row is locked. */

/** Moves a call by an event; null where the event does not belong to its state. */
export async function moveCall(
  tx: Executor,
  row: store.CallRow,
  event: CallEvent,
  change: store.CallChange,
  uses: Uses,
): Promise<store.CallRow | null> {
  const state = stateAfter(row.state, event);
  if (!state) return null;
  const state_at = uses.kernel.clock.now();
  await store.updateCall(tx, row.id, { ...change, state, state_at });
  announce(tx, row.id, null, uses);
  return { ...row, ...change, state, state_at, version: row.version + 1 };
}

/** As `moveCall`; throws `scenarios.call_state` instead. */
export async function requireMove(
  tx: Executor,
  row: store.CallRow,
  event: CallEvent,
  change: store.CallChange,
  uses: Uses,
): Promise<store.CallRow> {
  const moved = await moveCall(tx, row, event, change, uses);
  if (!moved) throw scenariosErrors.make.call_state({ state: row.state });
  return moved;
}

/** Opens a scheduled call whose time has come: it and its scenario are published, its baselines submitted. */
export async function openIfDue(
  tx: Executor,
  row: store.CallRow,
  uses: Uses,
  call: Call,
): Promise<void> {
  const { kernel } = uses;
  const now = kernel.clock.now();
  if (row.opens_at && row.opens_at.getTime() > now.getTime()) return;
  if (row.closes_at && row.closes_at.getTime() <= now.getTime()) {
    return stopCall(tx, row, TOO_LATE, uses, call);
  }
  const { frozen, frozen_digest, publish_case_id } = row;
  if (!frozen || !frozen_digest) throw new Error(`${row.id} is scheduled and was never frozen`);
  const { publicData, hiddenData } = frozen;
  const fact = await kernel.facts.append(tx, {
    kind: 'scenarios.call_opened',
    subject: row.id,
    actor: call.principal.id,
    body: {
      callId: row.id,
      scenarioId: row.scenario_id,
      ownerId: row.owner_id,
      frozenDigest: frozen_digest,
      publicData: digestsOf(publicData),
      hiddenData: digestsOf(hiddenData),
      scorerDigest: frozen.scorer.revisionDigest,
      caseId: publish_case_id ?? '',
    },
  });
  const change = { opened_at: now, opening_fact_id: fact.id };
  const opened = await moveCall(tx, row, 'open', change, uses);
  if (!opened) throw new Error(`${row.id} is ${row.state} and cannot open`);
  await kernel.access.setAudience(tx, { type: 'scenarios.call', id: row.id }, 'public');
  const scenario = { type: 'scenarios.scenario', id: row.scenario_id };
  await kernel.access.setAudience(tx, scenario, 'public');
  await store.publishScenario(tx, row.scenario_id, now);
  for (const [place, { name, program, options }] of frozen.baselines.entries()) {
    const idempotencyKey = `baseline.${place}`;
    await receiveSubmission(
      tx,
      opened,
      null,
      { name, program, options, idempotencyKey },
      uses,
      call,
    );
  }
}

function digestsOf(data: { revisionDigest: string; featuresDigest: string; labelsDigest: string }) {
  const { revisionDigest, featuresDigest, labelsDigest } = data;
  return { revisionDigest, featuresDigest, labelsDigest };
}

/** Stops a call for good: its cases are withdrawn, what is being evaluated ends at no cost. */
export async function stopCall(
  tx: Executor,
  row: store.CallRow,
  reason: string,
  uses: Uses,
  call: Call,
): Promise<void> {
  const { kernel } = uses;
  const stopped = await requireMove(
    tx,
    row,
    'stop',
    { stop_reason: reason, step_due_at: null },
    uses,
  );
  await kernel.facts.append(tx, {
    kind: 'scenarios.call_stopped',
    subject: row.id,
    actor: call.principal.id,
    body: { callId: row.id, reasonDigest: await textDigest(reason) },
  });
  await uses.cases.withdrawAbout(tx, row.id, reason, call);
  const evaluating = await evaluatingOf(tx, row.id);
  await uses.assurance.stop(tx, evaluating, call);
  for (const submissionId of evaluating) {
    await endSubmission(tx, submissionId, 'call_stopped', uses, call);
  }
  if (!isPublished(row.state)) return;
  const title = callSpec.pick({ title: true }).parse(stopped.draft).title;
  for (const team of await store.teamsOf(tx, row.id)) {
    await uses.notify(tx, {
      to: team.organisation_id,
      kind: 'scenarios.call_stopped',
      title: { zh: `揭榜已停：${title.zh}`, en: `Call stopped: ${title.en}` },
      body: { zh: '停止的理由见揭榜页。', en: 'The reason stands on the page of the call.' },
      link: `/scenarios/calls/${row.id}`,
      basis: `${row.id}/stopped/${team.id}`,
    });
  }
}
