import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { Note } from '#web/ui/note.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { LeaderboardTable } from './leaderboard-table.tsx';
import { LeaderboardTrust } from './leaderboard-trust.tsx';
import type { BoardView, CallView } from './views.ts';
import { words } from './words.ts';

/** Reads the leaderboard of a call, again whenever something moves. */
export function useLeaderboard(callId: string) {
  const api = useApi();
  useLive(`scenarios.call/${callId}`, api.scenarios.getLeaderboard.key());
  return useQuery(api.scenarios.getLeaderboard.queryOptions({ input: { callId } }));
}

/** The leaderboard with its intervals, what it proves, and how ranks moved. */
export function Leaderboard({ call }: { call: CallView }) {
  const say = useWords(words);
  const query = useLeaderboard(call.callId);
  if (call.metric === null) {
    return <EmptyState what={say('noRows')} why={say('noRowsWhy')} />;
  }
  return (
    <Loaded query={query} lines={8}>
      {(board) => <Board call={call} board={board} />}
    </Loaded>
  );
}

function Board({ call, board }: { call: CallView; board: BoardView }) {
  const say = useWords(words);
  const pick = usePick();
  if (board.rows.length === 0) {
    return <EmptyState what={say('noRows')} why={say('noRowsWhy')} />;
  }
  return (
    <>
      <Section
        title={`${say('leaderboard')} · ${pick(board.metric.name)}`}
        action={<LeaderboardTrust call={call} board={board} />}
      >
        <p className="quiet board-note">
          {say('leaderboardAt', { at: formatInstant(board.at) })}
          {board.simulated !== null && <Note text={board.simulated} />}
          {!call.evidence && <span>{say('evidenceLater')}</span>}
        </p>
        <LeaderboardTable board={board} mayReadAll={call.draft !== null} />
        <p className="quiet">{say('leaderboardNote')}</p>
      </Section>
      <Moves callId={call.callId} digits={board.metric.precision} />
    </>
  );
}

const movesShown = 10;

function Moves({ callId, digits }: { callId: string; digits: number }) {
  const api = useApi();
  const say = useWords(words);
  const { data } = useQuery(
    api.scenarios.listPositions.queryOptions({ input: { callId, limit: movesShown } }),
  );
  useLive(`scenarios.call/${callId}`, api.scenarios.listPositions.key());
  if (data === undefined) return null;
  return (
    <Section title={say('moves')}>
      {data.items.length === 0 && <p className="quiet">{say('noMoves')}</p>}
      <ol className="moves">
        {data.items.map(({ at, teamId, teamName, rank, score }) => (
          <li key={`${at} ${teamId}`}>
            <When at={at} />
            <span>{say('move', { team: teamName, rank, score: score.toFixed(digits) })}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
