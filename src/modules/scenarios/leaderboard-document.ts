import type { JsonObject } from '#verify/json.ts';
import { callSpec } from './entities.ts';
import type { Row } from './leaderboard.ts';
import type { CallRow } from './store.ts';
import type { ScoredRow } from './submission-store.ts';

/** Members of a score fact that a row of the document repeats. */
export const scoreMembers = [
  'score',
  'precision',
  'recall',
  'eventsTrue',
  'eventsFound',
  'falseAlarms',
] as const;

/**
 * What a closed call commits to: every scored submission, the teams' standing ones in the order of the leaderboard
 * and the rest after them, each with its score exactly as its fact has it. `place` is text, since a rank rests on no
 * single fact but on all of them.
 */
export function closingDocument(
  row: CallRow,
  rows: readonly Row[],
  scored: readonly ScoredRow[],
): JsonObject {
  const { frozen } = row;
  if (!frozen) throw new Error(`${row.id} was never frozen`);
  const { title, metric, counts, simulated } = callSpec.parse(row.draft);
  const places = new Map(rows.map((each, place) => [each.submissionId, { ...each, place }]));
  const order = (each: ScoredRow) => places.get(each.id)?.place ?? rows.length;
  const listed = scored
    .filter(({ state, score }) => state === 'scored' && score !== null)
    .toSorted((left, right) => order(left) - order(right));
  return {
    callId: row.id,
    title,
    metric: { name: metric.name, direction: metric.direction },
    counts,
    simulated,
    frozenDigest: row.frozen_digest,
    hiddenData: {
      revisionDigest: frozen.hiddenData.revisionDigest,
      featuresDigest: frozen.hiddenData.featuresDigest,
      labelsDigest: frozen.hiddenData.labelsDigest,
    },
    scorerDigest: frozen.scorer.revisionDigest,
    rows: listed.map((each) => rowOf(each, places.get(each.id))),
  };
}

function rowOf(each: ScoredRow, standing: Row | undefined): JsonObject {
  const { score } = each;
  if (!score) throw new Error(`${each.id} has no score`);
  const numbers = scoreMembers.flatMap((member) => {
    const value = score[member];
    return typeof value === 'number' ? [[member, value] as const] : [];
  });
  const { interval } = score;
  return {
    submissionId: each.id,
    teamId: each.team_id,
    name: each.team_name ?? each.name,
    place: placeWord(each, standing),
    revisionDigest: each.revision_digest,
    ...Object.fromEntries(numbers),
    ...(interval ? { interval: { low: interval.low, high: interval.high } } : {}),
  };
}

function placeWord(each: ScoredRow, standing: Row | undefined): string {
  if (each.team_id === null) return 'baseline';
  if (!standing?.rank) return 'not counted';
  return standing.tied ? `=${standing.rank}` : `${standing.rank}`;
}
