import type { Executor } from '#kernel/db.ts';
import type { Call } from '#kernel/principal.ts';
import { isOurs, sentenceOf } from './failure-reasons.ts';
import type { Uses } from './module-uses.ts';
import { announce } from './receive-submission.ts';
import { recordPositions } from './record-positions.ts';
import * as submissions from './submission-store.ts';

/**
 * Ends a submission that is being evaluated: scored where there is no reason, else failed for it. One that
 * has ended stays as it is, so whatever comes late or twice changes nothing.
 */
export async function endSubmission(
  tx: Executor,
  submissionId: string,
  reason: string | null,
  uses: Uses,
  call: Call,
): Promise<void> {
  const { kernel } = uses;
  const row = await submissions.readSubmission(tx, submissionId, { lock: true });
  if (row?.state !== 'evaluating') return;
  const ours = reason !== null && isOurs(reason);
  await submissions.endSubmission(tx, {
    submissionId,
    state: reason === null ? 'scored' : 'failed',
    at: kernel.clock.now(),
    reason,
    counted: row.counted && !ours,
  });
  if (reason === null) await recordPositions(tx, row.call_id, uses);
  else {
    await kernel.facts.append(tx, {
      kind: 'scenarios.submission_failed',
      subject: submissionId,
      actor: call.principal.id,
      body: { submissionId, callId: row.call_id, reason, ours },
    });
    await uses.notify(tx, {
      to: row.owner_id,
      kind: 'scenarios.submission_failed',
      title: { zh: `未得分：${row.name.zh}`, en: `No score: ${row.name.en}` },
      body: sentenceOf(reason),
      link: `/scenarios/submissions/${submissionId}`,
      basis: submissionId,
    });
  }
  announce(tx, row.call_id, submissionId, uses);
}
