import type { Executor } from '#kernel/db.ts';
import { type Call, serviceCall } from '#kernel/principal.ts';
import type { Bell, Service } from '#kernel/service.ts';
import { moveCall, openIfDue } from './call-course.ts';
import { endSubmission } from './end-submission.ts';
import type { Uses } from './module-uses.ts';
import { settleCall } from './settle-call.ts';
import * as store from './store.ts';
import { lateSubmissions } from './submission-store.ts';

const SLEEP_MS_MAX = 15_000;
// Less would turn a call whose handling fails into a busy loop.
const SLEEP_MS_MIN = 200;

/**
 * Opens and closes calls on time, settles closed ones, and ends submissions that are past their deadline, so that
 * none is ever stuck. Each in its own transaction under its lock: killed anywhere, it does nothing twice.
 */
export function createCallClock(uses: Uses, bell: Bell): Service {
  const { kernel } = uses;
  return {
    name: 'scenarios.clock',
    async run(signal) {
      while (!signal.aborted) {
        await attendCalls(uses, signal);
        const next = await store.nextInstant(kernel.db.read);
        const left = next ? next.getTime() - kernel.clock.now().getTime() : SLEEP_MS_MAX;
        await bell.sleep(Math.min(Math.max(left, SLEEP_MS_MIN), SLEEP_MS_MAX), signal);
      }
    },
  };
}

/** Does everything that is due by now. */
export async function attendCalls(uses: Uses, signal: AbortSignal): Promise<void> {
  const { kernel } = uses;
  const call = serviceCall('scenarios', signal);
  const now = kernel.clock.now();
  for (const submissionId of await lateSubmissions(kernel.db.read, now)) {
    await safely(uses, { submissionId }, async (tx) => {
      await endSubmission(tx, submissionId, 'evaluation_overdue', uses, call);
      await uses.assurance.stop(tx, [submissionId], call);
    });
  }
  for (const callId of await store.callsDue(kernel.db.read, now)) {
    await safely(uses, { callId }, (tx) => attendCall(tx, callId, uses, call));
  }
}

async function safely(
  { kernel }: Uses,
  what: Record<string, string>,
  work: (tx: Executor) => Promise<void>,
): Promise<void> {
  try {
    await kernel.db.transaction(work);
  } catch (error) {
    kernel.log.error({ error, ...what }, 'what was due could not be done');
  }
}

async function attendCall(tx: Executor, callId: string, uses: Uses, call: Call): Promise<void> {
  const row = await store.readCall(tx, callId, { lock: true });
  if (!row) return;
  const now = uses.kernel.clock.now();
  if (row.state === 'scheduled') return openIfDue(tx, row, uses, call);
  if (row.state === 'open' && row.closes_at && row.closes_at.getTime() <= now.getTime()) {
    await moveCall(tx, row, 'close', { closed_at: now }, uses);
    return;
  }
  if (row.state === 'closed') await settleCall(tx, row, uses, call);
}
