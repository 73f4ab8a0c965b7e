import { kernelErrors } from '#kernel/errors.ts';
import { decodeCursor, encodeCursor } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { LeaderboardView } from './contract.ts';
import { callSpec } from './entities.ts';
import { reasonView } from './failure-reasons.ts';
import type { Uses } from './module-uses.ts';
import { rank } from './record-positions.ts';
import { actsFor } from './scenarios.ts';
import * as store from './store.ts';
import * as submissions from './submission-store.ts';

/** The leaderboard as it stands. Scores on hidden data are shown at the digits of the metric. */
export async function readLeaderboard(
  callId: string,
  uses: Uses,
  call: Call,
): Promise<LeaderboardView> {
  const { read } = uses.kernel.db;
  const row = await store.readCall(read, callId);
  if (!row) throw kernelErrors.make.missing({ id: callId });
  const spec = callSpec.safeParse(row.draft);
  if (!spec.success) throw kernelErrors.make.missing({ id: callId });
  const { rows, scored } = await rank(read, row);
  const byId = new Map(scored.map((each) => [each.id, each]));
  const last = await submissions.lastPositions(read, callId);
  const changed = scored.map((each) => each.state_at.getTime());
  return {
    callId,
    state: row.state,
    metric: spec.data.metric,
    counts: spec.data.counts,
    at: new Date(Math.max(row.state_at.getTime(), ...changed)).toISOString(),
    simulated: spec.data.simulated,
    rows: rows.map((each) => {
      const one = byId.get(each.submissionId);
      if (!one) throw new Error(`${each.submissionId} is not of ${callId}`);
      const { team_name, name } = one;
      return {
        ...each,
        name: team_name === null ? name : { zh: team_name, en: team_name },
        state: one.state,
        reason: reasonView(one.reason),
        receivedAt: one.received_at.toISOString(),
        revisionDigest: one.revision_digest,
        scoreFactId: one.state === 'scored' ? one.score_fact_id : null,
        rankBefore: (each.teamId && last.get(each.teamId)?.rank_before) || null,
        own: actsFor(call.principal, one.owner_id),
      };
    }),
  };
}

/** How ranks moved, the latest first. */
export async function listPositions(
  input: { callId: string; cursor?: string | undefined; limit: number },
  { kernel }: Uses,
) {
  const cursor = decodeCursor(input.cursor);
  const before = cursor === null ? null : Number(cursor.key);
  if (before !== null && !Number.isSafeInteger(before)) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  const page = { before, limit: input.limit };
  const { rows, total } = await submissions.listPositions(kernel.db.read, input.callId, page);
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  const more = rows.length > input.limit && last;
  return {
    items: items.map((row) => ({
      at: row.at.toISOString(),
      teamId: row.team_id,
      teamName: row.team_name,
      submissionId: row.submission_id,
      rank: row.rank,
      score: row.score,
    })),
    total,
    nextCursor: more ? encodeCursor({ key: String(last.sequence), id: last.team_id }) : null,
  };
}
