import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import type { ListAddress } from '#web/ui/list-address.ts';
import { given, oneOf } from '#web/ui/list-address.ts';
import { EmptyState } from '#web/ui/states.tsx';
import { stateKey } from './leaderboard-table.tsx';
import { useSubmissionColumns } from './submission-columns.tsx';
import type { CallView } from './views.ts';
import { words } from './words.ts';

const states = ['evaluating', 'scored', 'failed', 'withdrawn'] as const;

/** The submissions to a call that the reader may see. */
export function CallSubmissions({ call }: { call: CallView }) {
  const api = useApi();
  const say = useWords(words);
  const columns = useSubmissionColumns();
  const { account } = useSession();
  const { callId } = call;
  if (account === null) {
    return (
      <EmptyState
        what={say('signInFirst')}
        why={say('submissionsHidden')}
        next={
          <ButtonLink href={`/scenarios/calls/${callId}/leaderboard`}>
            {say('leaderboard')}
          </ButtonLink>
        }
      />
    );
  }
  const load = ({ filters, cursor, limit }: ListAddress, signal: AbortSignal) => {
    const state = oneOf(states, filters.state);
    return api.scenarios.listSubmissions.call(
      {
        callId,
        ...given({ limit, state, cursor }),
      },
      { signal },
    );
  };
  return (
    <DataList
      name={say('submissions')}
      count={(count) => say('submissionsCount', { count })}
      queryKey={[...api.scenarios.listSubmissions.key(), callId]}
      load={load}
      topic={`scenarios.call/${callId}`}
      searches={false}
      rowKey={({ submissionId }) => submissionId}
      rowHref={({ submissionId }) => `/scenarios/submissions/${submissionId}`}
      filters={[
        {
          key: 'state',
          label: say('state'),
          single: true,
          options: states.map((value) => ({ value, label: say(stateKey(value)) })),
        },
      ]}
      columns={columns}
      empty={<EmptyState what={say('noSubmissions')} why={say('noSubmissionsWhy')} />}
    />
  );
}
