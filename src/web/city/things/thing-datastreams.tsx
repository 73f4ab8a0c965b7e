import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { thingWords } from '#web/city/thing-words.ts';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { Button } from '#web/ui/button.tsx';
import { Note } from '#web/ui/note.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { ThingChart } from './thing-chart.tsx';
import { type Datastream, resultText, type ThingDetail } from './views.ts';
import './things.css';

const shown = 100;
const listed = 10;

/** The datastreams with their latest values, and the course of the one that was chosen. */
export function ThingDatastreams({ thing }: { thing: ThingDetail }) {
  const say = useWords(thingWords);
  const [first] = thing.datastreams;
  const [chosenId, choose] = useState(first?.datastreamId);
  const chosen = thing.datastreams.find(({ datastreamId }) => datastreamId === chosenId);
  return (
    <>
      <Section
        title={say('datastreams')}
        {...(thing.replayed ? { action: <Note kind="replayed" /> } : {})}
      >
        <PlainTable
          name={say('datastreams')}
          rows={thing.datastreams}
          rowKey={({ datastreamId }) => datastreamId}
          columns={[
            { key: 'name', title: say('datastream'), cell: ({ name }) => name },
            {
              key: 'latest',
              title: say('latest'),
              cell: ({ latest, unit }) =>
                latest === null ? say('never') : resultText(latest.result, unit),
              figures: true,
            },
            {
              key: 'at',
              title: say('phenomenonTime'),
              cell: ({ latest }) => latest !== null && <When at={latest.phenomenonTime} />,
            },
            {
              key: 'count',
              title: say('observations'),
              cell: ({ observations }) => formatNumber(observations),
              figures: true,
            },
          ]}
        />
      </Section>
      <Section
        title={say('chart')}
        {...(thing.replayed ? { action: <Note kind="replayed" /> } : {})}
      >
        {thing.datastreams.length > 1 && (
          <fieldset className="things-choose" aria-label={say('datastream')}>
            {thing.datastreams.map(({ datastreamId, name }) => (
              <Button
                key={datastreamId}
                aria-pressed={datastreamId === chosenId}
                onClick={() => choose(datastreamId)}
              >
                {name}
              </Button>
            ))}
          </fieldset>
        )}
        {chosen !== undefined && <DatastreamCourse datastream={chosen} />}
      </Section>
    </>
  );
}

function DatastreamCourse({ datastream }: { datastream: Datastream }) {
  const api = useApi();
  const say = useWords(thingWords);
  const { thingId, datastreamId } = datastream;
  const input = { thingId, datastreamId, limit: shown };
  const query = useQuery(api.city.listObservations.queryOptions({ input }));
  useLive(`city.thing/${thingId}`, api.city.listObservations.key());
  return (
    <Loaded query={query} lines={6}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="things-quiet">{say('noObservations')}</p>
        ) : (
          <>
            <ThingChart datastream={datastream} observations={items} />
            <details>
              <summary>{say('values', { count: Math.min(items.length, listed) })}</summary>
              <PlainTable
                name={say('chart')}
                rows={items.slice(0, listed)}
                rowKey={({ observationId }) => observationId}
                columns={[
                  {
                    key: 'at',
                    title: say('phenomenonTime'),
                    cell: ({ phenomenonTime }) => <When at={phenomenonTime} />,
                  },
                  {
                    key: 'result',
                    title: say('result'),
                    cell: ({ result, replayed }) => (
                      <span className="things-name">
                        {resultText(result, datastream.unit)}
                        {replayed && <Note kind="replayed" />}
                      </span>
                    ),
                    figures: true,
                  },
                  {
                    key: 'received',
                    title: say('receivedAt'),
                    cell: ({ receivedAt }) => <When at={receivedAt} />,
                  },
                ]}
              />
            </details>
          </>
        )
      }
    </Loaded>
  );
}
