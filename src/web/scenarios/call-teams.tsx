import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import type { ListAddress } from '#web/ui/list-address.ts';
import { given } from '#web/ui/list-address.ts';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { JoinButton } from './join.tsx';
import type { CallView, TeamView } from './views.ts';
import { words } from './words.ts';

/** The teams of a call; an own team that has submitted nothing may withdraw. */
export function CallTeams({ call }: { call: CallView }) {
  const api = useApi();
  const say = useWords(words);
  const { callId, mine } = call;
  const own = new Set(mine.map(({ teamId }) => teamId));
  const load = ({ search, cursor, limit }: ListAddress, signal: AbortSignal) =>
    api.scenarios.listTeams.call(
      {
        callId,
        ...given({ limit, query: search, cursor }),
      },
      { signal },
    );
  const idle = mine.filter(({ submissions }) => submissions === 0);
  return (
    <>
      {idle.map((team) => (
        <WithdrawButton key={team.teamId} team={team} />
      ))}
      <DataList
        name={say('teams')}
        count={(count) => say('teamsCount', { count })}
        queryKey={[...api.scenarios.listTeams.key(), callId]}
        load={load}
        topic={`scenarios.call/${callId}`}
        rowKey={({ teamId }) => teamId}
        columns={[
          {
            key: 'name',
            title: say('team'),
            text: ({ name }) => name,
            render: ({ name, teamId }) => (
              <span className="stack-tight">
                {name}
                {own.has(teamId) && <small className="quiet">{say('own')}</small>}
              </span>
            ),
          },
          {
            key: 'submissions',
            title: say('submissions'),
            text: ({ submissions }) => String(submissions),
            figures: true,
          },
          {
            key: 'joined',
            title: say('joinedAt'),
            text: ({ joinedAt }) => joinedAt,
            render: ({ joinedAt }) => <When at={joinedAt} />,
          },
        ]}
        empty={
          <EmptyState
            what={say('noTeams')}
            why={say('noTeamsWhy')}
            next={call.actions.includes('join') && <JoinButton call={call} />}
          />
        }
      />
    </>
  );
}

function WithdrawButton({ team }: { team: Pick<TeamView, 'teamId' | 'name'> }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const withdraw = useMutation(
    api.scenarios.withdrawTeam.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.scenarios.key() }),
    }),
  );
  return (
    <div>
      <Button onClick={() => setAsking(true)}>
        {say('withdraw')} · {team.name}
      </Button>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('withdrawTitle')}
        verb={say('withdraw')}
        done={say('withdrawn')}
        danger
        send={() => withdraw.mutateAsync({ teamId: team.teamId })}
      >
        <p>{say('withdrawAsk')}</p>
      </Ask>
    </div>
  );
}
