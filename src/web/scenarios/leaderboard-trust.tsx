import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import type { BoardView, CallView } from './views.ts';
import { words } from './words.ts';

const factsRead = 50;

/** 为什么可信 of a closed leaderboard; nothing while it still moves. */
export function LeaderboardTrust({ call, board }: { call: CallView; board: BoardView }) {
  const api = useApi();
  const say = useWords(words);
  const { callId } = call;
  const { data } = useQuery(
    api.kernel.listFacts.queryOptions({
      input: { subjectType: 'scenarios.call', subject: callId, limit: factsRead },
      enabled: call.evidence,
    }),
  );
  const closing = data?.items.find(({ kind }) => kind === 'scenarios.call_closed');
  const winner = board.rows.find(({ rank }) => rank === 1);
  if (!call.evidence || closing === undefined) return null;
  const named = [
    [say('revision'), winner?.revisionDigest],
    [say('frozen'), call.frozenDigest],
    [say('publicData'), call.publicData?.revisionDigest],
    [say('hiddenData'), call.hiddenData?.revisionDigest],
    [say('scorer'), call.scorer?.revisionDigest],
  ] as const;
  return (
    <TrustDrawer
      trust={{
        sentence: say('leaderboardTrust'),
        factId: closing.id,
        at: closing.time,
        level: 'included',
        digests: named.flatMap(([name, value]) => (value ? [{ name, value }] : [])),
        proofHref: `/api/v1/scenarios/calls/${callId}/evidence`,
      }}
    />
  );
}
