import { formatList } from '#web/format.ts';
import { useLanguage, usePick, useWords } from '#web/i18n.ts';
import '#web/ui/data-list.css';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { submissionMark } from './call-course.ts';
import { IntervalLine } from './interval-line.tsx';
import { type ScoreScale, scaleOf } from './score-scale.ts';
import type { BoardView } from './views.ts';
import { words } from './words.ts';

export type BoardRow = BoardView['rows'][number];

type TableProps = {
  board: BoardView;
  /** Whether the reader may open every submission: the owner of the call, the operator. */
  mayReadAll: boolean;
  /** Stands out, such as the one just submitted. */
  marked?: string;
};

/** The rows of a leaderboard: rank, team, score with its interval drawn, or why there is none. */
export function LeaderboardTable({ board, mayReadAll, marked }: TableProps) {
  const say = useWords(words);
  const scale = scaleOf(board.rows);
  const ranks = new Map(board.rows.map((row) => [row.submissionId, row.rank]));
  return (
    <div className="list-frame">
      <table className="list-table leaderboard" aria-label={say('leaderboard')}>
        <thead>
          <tr>
            <th scope="col">{say('team')}</th>
            <th scope="col" className="list-figures">
              {say('rank')}
            </th>
            <th scope="col" className="list-figures">
              {say('score')}
            </th>
            <th scope="col">
              <span className="axis figures">
                <span>{scale.low}</span>
                {say('interval')}
                <span>{scale.high}</span>
              </span>
            </th>
            <th scope="col" className="list-figures">
              {say('tries')}
            </th>
            <th scope="col">{say('received')}</th>
          </tr>
        </thead>
        <tbody>
          {board.rows.map((row) => (
            <tr
              key={row.submissionId}
              data-baseline={row.baseline || undefined}
              data-own={row.own || undefined}
              data-marked={row.submissionId === marked || undefined}
            >
              <th scope="row">
                <NameCell row={row} opens={mayReadAll || row.own || row.baseline} ranks={ranks} />
              </th>
              <td className="list-figures" data-label={say('rank')}>
                <RankCell row={row} moving={board.state === 'open'} />
              </td>
              <ScoreCells row={row} scale={scale} digits={board.metric.precision} />
              <td className="list-figures" data-label={say('tries')}>
                {row.submissions}
              </td>
              <td data-label={say('received')}>
                <When at={row.receivedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type NameProps = { row: BoardRow; opens: boolean; ranks: ReadonlyMap<string, number | null> };

function NameCell({ row, opens, ranks }: NameProps) {
  const say = useWords(words);
  const pick = usePick();
  const language = useLanguage();
  const better = row.notApartFrom
    .map((id) => ranks.get(id))
    .filter((rank) => rank !== null && rank !== undefined);
  const notes = [
    ...(row.baseline ? [say('baseline')] : []),
    ...(row.own ? [say('own')] : []),
    ...(row.tied ? [say('tied')] : []),
    ...(row.duplicateOf === null ? [] : [say('duplicate')]),
    ...(better.length > 0
      ? [say('notApart', { ranks: formatList(better.map(String), language) })]
      : []),
  ];
  const name = pick(row.name);
  return (
    <span className="stack-tight">
      {opens ? <To href={`/scenarios/submissions/${row.submissionId}`}>{name}</To> : name}
      {notes.length > 0 && <small className="quiet">{notes.join(' · ')}</small>}
    </span>
  );
}

/** Where it has moved is news while the call is open, and noise afterwards. */
function RankCell({ row: { rank, rankBefore }, moving }: { row: BoardRow; moving: boolean }) {
  const say = useWords(words);
  if (rank === null) return '–';
  const moved = !moving || rankBefore === null || rankBefore === rank ? null : rankBefore - rank;
  const label =
    moved === null ? '' : say(moved > 0 ? 'rankUp' : 'rankDown', { before: rankBefore ?? '' });
  return (
    <span className="rank" data-first={rank === 1 || undefined}>
      {moved !== null && (
        <span className="rank-moved" data-up={moved > 0 || undefined} title={label}>
          <span aria-hidden="true">{moved > 0 ? '▲' : '▼'}</span>
          <span className="unseen">{label}</span>
        </span>
      )}
      {rank}
    </span>
  );
}

function ScoreCells({ row, scale, digits }: { row: BoardRow; scale: ScoreScale; digits: number }) {
  const say = useWords(words);
  const pick = usePick();
  if (row.score === null) {
    const state = row.state;
    return (
      <td colSpan={2} data-label={say('state')}>
        <span className="stack-tight">
          <StateTag state={submissionMark(state)} label={say(stateKey(state))} />
          {row.reason !== null && <small className="quiet">{pick(row.reason.sentence)}</small>}
        </span>
      </td>
    );
  }
  return (
    <>
      <td className="list-figures" data-label={say('score')}>
        <strong>{row.score.toFixed(digits)}</strong>
      </td>
      <td data-label={say('interval')}>
        <IntervalLine
          score={row.score}
          interval={row.interval}
          scale={scale}
          digits={digits}
          quiet={row.baseline}
        />
      </td>
    </>
  );
}

/** The key of the word for the state of a submission. */
export function stateKey(state: BoardRow['state']) {
  return state === 'withdrawn' ? 'submissionWithdrawn' : state;
}
