import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { CommandControl, CommandState } from './command-control.tsx';
import { ProposeCommand } from './propose-command.tsx';
import { type Command, type IncidentDetail, parametersText } from './views.ts';
import { words } from './words.ts';

const shown = 20;

/** The commands of an incident, and a way to propose one. */
export function IncidentCommands({ incident }: { incident: IncidentDetail }) {
  const api = useApi();
  const say = useWords(words);
  const { incidentId, actions } = incident;
  const query = useQuery(
    api.city.listCommands.queryOptions({ input: { incidentId, limit: shown } }),
  );
  useLive(`city.incident/${incidentId}`, api.city.listCommands.key());
  return (
    <Section
      title={say('commands')}
      action={actions.includes('command') && <ProposeCommand incident={incident} />}
    >
      <Loaded query={query}>{({ items }) => <Rows commands={items} />}</Loaded>
    </Section>
  );
}

function Rows({ commands }: { commands: readonly Command[] }) {
  const say = useWords(words);
  if (commands.length === 0) return <p className="quiet">{say('noCommandsWhy')}</p>;
  return (
    <PlainTable<Command>
      name={say('commands')}
      rows={commands}
      rowKey={({ commandId }) => commandId}
      columns={[
        {
          key: 'name',
          title: say('command'),
          cell: ({ name, parameters }) => (
            <span className="incident-name">
              {name}
              <small>{parametersText(parameters)}</small>
            </span>
          ),
        },
        {
          key: 'state',
          title: say('state'),
          cell: (command) => <CommandState command={command} />,
        },
        {
          key: 'proposedBy',
          title: say('proposedBy'),
          cell: ({ proposedBy }) => <PartyName id={proposedBy} />,
        },
        {
          key: 'confirmedBy',
          title: say('confirmedBy'),
          cell: ({ confirmedBy }) => (confirmedBy === null ? '–' : <PartyName id={confirmedBy} />),
        },
        {
          key: 'control',
          title: say('confirm'),
          cell: (command) => <CommandControl command={command} />,
        },
      ]}
    />
  );
}
