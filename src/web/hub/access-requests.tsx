import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { PartyPicker, type Picked } from '#web/parties/party-picker.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { type Column, DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { gateWords } from './gate-words.ts';

type Request = Outputs['hub']['listAccessRequests']['items'][number];
type Deciding = { request: Request; verb: 'accept' | 'reject' | 'takeBack' };

const states = ['pending', 'accepted', 'rejected'] as const;
const marks = { pending: 'waiting', accepted: 'done', rejected: 'failed' } as const;
const reasonCharactersMax = 200;

/** Who asked for the files of a gated repository, with what can be answered. */
export function AccessRequests({ repositoryId }: { repositoryId: string }) {
  const api = useApi();
  const say = useWords(gateWords);
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  return (
    <Section title={say('requests')} action={<GiveAccess repositoryId={repositoryId} />}>
      <DataList
        name={say('requests')}
        count={(total) => say('count', { count: total })}
        columns={useColumns(setDeciding)}
        filters={[
          {
            key: 'state',
            label: say('state'),
            options: states.map((value) => ({ value, label: say(value) })),
            single: true,
          },
        ]}
        searches={false}
        rowKey={({ requestId }) => requestId}
        queryKey={api.hub.listAccessRequests.key()}
        topic={`hub.repository/${repositoryId}`}
        empty={<EmptyState what={say('none')} why={say('noneWhy')} />}
        load={({ filters, cursor, limit }) => {
          const state = oneOf(states, filters.state);
          const input = { repositoryId, limit, ...given({ cursor, state }) };
          return api.hub.listAccessRequests.call(input);
        }}
      />
      {deciding !== null && (
        <Decide repositoryId={repositoryId} {...deciding} onClose={() => setDeciding(null)} />
      )}
    </Section>
  );
}

function useColumns(
  onDecide: (deciding: Deciding) => void,
): readonly [Column<Request>, ...Column<Request>[]] {
  const say = useWords(gateWords);
  const answersOf = ({ answers }: Request) =>
    Object.entries(answers)
      .map(([name, answer]) => `${name}: ${answer === true ? say('yes') : answer}`)
      .join('\n');
  return [
    {
      key: 'who',
      title: say('who'),
      text: ({ partyId }) => partyId,
      render: ({ partyId }) => <PartyName id={partyId} />,
    },
    {
      key: 'state',
      title: say('state'),
      text: ({ state }) => say(state),
      render: ({ state }) => <StateTag state={marks[state]} label={say(state)} />,
    },
    {
      key: 'answers',
      title: say('answers'),
      text: answersOf,
      render: (request) => <span className="hub-answers">{answersOf(request)}</span>,
    },
    {
      key: 'asked',
      title: say('askedAt'),
      text: ({ askedAt }) => askedAt,
      render: ({ askedAt }) => <When at={askedAt} />,
    },
    {
      key: 'actions',
      title: say('actions'),
      text: () => '',
      render: (request) => (
        <span className="hub-actions">
          {request.state !== 'accepted' && (
            <Button onClick={() => onDecide({ request, verb: 'accept' })}>{say('accept')}</Button>
          )}
          {request.state === 'pending' && (
            <Button onClick={() => onDecide({ request, verb: 'reject' })}>{say('reject')}</Button>
          )}
          {request.state === 'accepted' && (
            <Button onClick={() => onDecide({ request, verb: 'takeBack' })}>
              {say('takeBack')}
            </Button>
          )}
        </span>
      ),
    },
  ];
}

const stateAfter = { accept: 'accepted', reject: 'rejected', takeBack: 'pending' } as const;

function Decide({
  repositoryId,
  request,
  verb,
  onClose,
}: Deciding & { repositoryId: string; onClose: () => void }) {
  const api = useApi();
  const say = useWords(gateWords);
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  return (
    <Ask
      open
      onClose={onClose}
      title={say(verb)}
      verb={say(verb)}
      danger={verb !== 'accept'}
      done={say(`${verb}Done`)}
      summary={[[say('who'), <PartyName key="who" id={request.partyId} />]]}
      send={async () => {
        const { requestId } = request;
        const state = stateAfter[verb];
        await api.hub.decideAccessRequest.call({
          ...{ repositoryId, requestId, state },
          ...given({ reason: reason.trim() }),
        });
        await queries.invalidateQueries({ queryKey: api.hub.key() });
      }}
    >
      <p>{say(`${verb}Why`)}</p>
      {verb === 'reject' && (
        <PlainText
          name="reason"
          label={say('reason')}
          help={say('reasonHelp')}
          lines={2}
          charactersMax={reasonCharactersMax}
          value={reason}
          onChange={setReason}
        />
      )}
    </Ask>
  );
}

function GiveAccess({ repositoryId }: { repositoryId: string }) {
  const api = useApi();
  const say = useWords(gateWords);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [picked, setPicked] = useState<Picked | null>(null);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {say('give')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('give')}
        verb={say('give')}
        done={say('giveDone')}
        ready={picked !== null}
        send={async () => {
          await api.hub.grantAccess.call({ repositoryId, party: picked?.id ?? '' });
          await queries.invalidateQueries({ queryKey: api.hub.key() });
        }}
      >
        <p>{say('giveWhy')}</p>
        <PartyPicker label={say('giveTo')} picked={picked} onPicked={setPicked} />
      </Ask>
    </>
  );
}
