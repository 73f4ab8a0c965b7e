import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { districtNames } from '#web/home/district-names.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { Note } from '#web/ui/note.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { SeverityTag } from './severity-tag.tsx';
import { type Incident, incidentMarks } from './views.ts';
import { words } from './words.ts';

const shown = 8;

/** What is unresolved, the newest first; it follows the live topic. */
export function NewestIncidents() {
  const api = useApi();
  const say = useWords(words);
  const query = useQuery(
    api.city.listIncidents.queryOptions({ input: { state: 'unfinished', limit: shown } }),
  );
  useLive('city.incident', api.city.listIncidents.key());
  return (
    <section className="room-newest">
      <h2>{say('newest')}</h2>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{say('noneNow')}</p>
          ) : (
            <ol>
              {items.map((incident) => (
                <Line key={incident.incidentId} incident={incident} />
              ))}
            </ol>
          )
        }
      </Loaded>
    </section>
  );
}

function Line({ incident }: { incident: Incident }) {
  const say = useWords(words);
  const pick = usePick();
  const { district, state } = incident;
  return (
    <li data-severity={incident.severity}>
      <To href={`/city/incidents/${incident.incidentId}`}>
        {pick(incident.ruleTitle)} · {incident.thingName}
      </To>
      <p>
        <SeverityTag severity={incident.severity} />
        <StateTag state={incidentMarks[state]} label={say(state)} />
        {district !== null && (
          <span>{pick(districtNames[district] ?? { zh: district, en: '' })}</span>
        )}
        <When at={incident.openedAt} />
        {incident.replayed && <Note kind="replayed" />}
      </p>
    </li>
  );
}
