import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { Note } from '#web/ui/note.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { CityTabs } from './city-tabs.tsx';
import { CommandControl, CommandState, commandWord } from './command-control.tsx';
import { CitySignedIn } from './signed-in.tsx';
import { type Command, commandStates, parametersText } from './views.ts';
import { words } from './words.ts';

/** Commands to things, those that wait for a person among them. */
export function CommandsPage() {
  const say = useWords(words);
  return (
    <>
      <PageHead name={say('commands')} why={say('commandsWhy')} />
      <CityTabs />
      <CitySignedIn>
        <CommandList />
      </CitySignedIn>
    </>
  );
}

const states = ['unfinished', ...commandStates] as const;

function CommandList() {
  const api = useApi();
  const say = useWords(words);
  return (
    <DataList<Command>
      name={say('commands')}
      count={(count) => say('commandCount', { count })}
      queryKey={api.city.listCommands.key()}
      rowKey={({ commandId }) => commandId}
      topic="city.command"
      searches={false}
      filters={[
        {
          key: 'state',
          label: say('state'),
          single: true,
          options: states.map((value) => ({
            value,
            label: value === 'unfinished' ? say('unfinished') : say(commandWord(value)),
          })),
        },
      ]}
      load={({ filters, cursor, limit }) => {
        const state = oneOf(states, filters.state);
        return api.city.listCommands.call({
          ...given({ limit, cursor, state }),
        });
      }}
      empty={<EmptyState what={say('noCommands')} why={say('noCommandsWhy')} />}
      columns={[
        {
          key: 'name',
          title: say('command'),
          text: ({ name, parameters }) => `${name} ${parametersText(parameters)}`,
          render: ({ name, parameters, incidentId, replayed }) => (
            <span className="incident-name">
              {incidentId === null ? name : <To href={`/city/incidents/${incidentId}`}>{name}</To>}
              <small>{parametersText(parameters)}</small>
              {replayed && <Note kind="replayed" />}
            </span>
          ),
        },
        {
          key: 'thing',
          title: say('thing'),
          text: ({ thingName }) => thingName,
          render: ({ thingId, thingName }) => <To href={`/city/things/${thingId}`}>{thingName}</To>,
        },
        {
          key: 'state',
          title: say('state'),
          text: ({ state }) => say(commandWord(state)),
          render: (command) => <CommandState command={command} />,
        },
        {
          key: 'proposedBy',
          title: say('proposedBy'),
          text: ({ proposedBy }) => proposedBy,
          render: ({ proposedBy }) => <PartyName id={proposedBy} />,
        },
        {
          key: 'confirmedBy',
          title: say('confirmedBy'),
          text: ({ confirmedBy }) => confirmedBy ?? '–',
          render: ({ confirmedBy }) =>
            confirmedBy === null ? '–' : <PartyName id={confirmedBy} />,
        },
        {
          key: 'attempts',
          title: say('attempts'),
          text: ({ attempts }) => String(attempts),
          figures: true,
          extra: true,
        },
        {
          key: 'proposedAt',
          title: say('proposedAt'),
          text: ({ proposedAt }) => proposedAt,
          render: ({ proposedAt }) => <When at={proposedAt} />,
        },
        {
          key: 'control',
          title: say('confirm'),
          text: () => '',
          render: (command) => <CommandControl command={command} />,
        },
      ]}
    />
  );
}
