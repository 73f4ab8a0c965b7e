import type { Executor } from '#kernel/db.ts';
import { callSpec } from './entities.ts';
import { type Entry, leaderboardOf, type Row, type Rules } from './leaderboard.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';
import * as submissions from './submission-store.ts';

/** How the rows of a call are ranked. */
export function rulesOf(row: store.CallRow): Rules {
  const { metric, counts } = callSpec.pick({ metric: true, counts: true }).parse(row.draft);
  return { direction: metric.direction, digits: metric.precision, counts };
}

/** A submission as the leaderboard takes it. A score counts only once its evaluation has ended well. */
function entryOf(row: submissions.ScoredRow): Entry {
  const score = row.state === 'scored' ? row.score : null;
  return {
    submissionId: row.id,
    teamId: row.team_id,
    baseline: row.team_id === null,
    receivedAt: row.received_at,
    state: row.state,
    score: score?.score ?? null,
    interval: score?.interval ?? null,
    revisionDigest: row.revision_digest,
    optionsDigest: row.options_digest,
  };
}

/** The leaderboard of a call as it stands, with the submissions behind it. */
export async function rank(
  tx: Executor,
  row: store.CallRow,
): Promise<{ rows: Row[]; scored: submissions.ScoredRow[] }> {
  const scored = await submissions.scoredOf(tx, row.id);
  return { rows: leaderboardOf(scored.map(entryOf), rulesOf(row)), scored };
}

/** Notes every team whose rank or standing submission is another than before. */
export async function recordPositions(tx: Executor, callId: string, uses: Uses): Promise<void> {
  const row = await store.readCall(tx, callId);
  if (!row) return;
  const before = await submissions.lastPositions(tx, callId);
  const at = uses.kernel.clock.now();
  for (const { teamId, rank: place, score, submissionId } of (await rank(tx, row)).rows) {
    if (teamId === null || place === null || score === null) continue;
    const last = before.get(teamId);
    if (last?.rank === place && last.submission_id === submissionId) continue;
    const position = { call_id: callId, at, team_id: teamId, submission_id: submissionId };
    await submissions.insertPosition(tx, { ...position, rank: place, score });
  }
}
