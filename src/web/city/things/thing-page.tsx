import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { thingWords } from '#web/city/thing-words.ts';
import { districtNames } from '#web/home/district-names.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { Button } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { ThingConnection } from './thing-connection.tsx';
import { ThingDatastreams } from './thing-datastreams.tsx';
import { ThingKey } from './thing-key.tsx';
import { ThingRefusals } from './thing-refusals.tsx';
import type { ThingDetail } from './views.ts';

/** One thing: what it observes, where it is, how it connects, what of it was refused. */
export function ThingPage() {
  const api = useApi();
  const thingId = useParameter('thingId');
  const query = useQuery(api.city.getThing.queryOptions({ input: { thingId } }));
  const known = query.data !== undefined;
  useLive(known ? `city.thing/${thingId}` : undefined, api.city.getThing.key());
  return (
    <LoadedPage query={query}>
      {(thing) => (
        <>
          <ThingHead thing={thing} />
          <PageBody
            side={
              <>
                <About thing={thing} />
                <ThingConnection thing={thing} />
                <FactsOf subjectType="city.thing" subject={thing.thingId} />
              </>
            }
          >
            <ThingDatastreams thing={thing} />
            {thing.actions.includes('see_refusals') && <ThingRefusals thing={thing} />}
          </PageBody>
        </>
      )}
    </LoadedPage>
  );
}

function ThingHead({ thing }: { thing: ThingDetail }) {
  const say = useWords(thingWords);
  const [asking, setAsking] = useState(false);
  const { connected, replayed } = thing;
  const state = say(connected ? 'connected' : 'notConnected');
  const why = say(connected ? 'connectedWhy' : 'notConnectedWhy');
  return (
    <>
      <PageHead
        name={thing.name}
        parent={{ name: say('title'), href: '/city/things' }}
        state={<StateTag state={connected ? 'running' : 'draft'} label={state} />}
        {...(replayed ? { note: <Note kind="replayed" /> } : {})}
        why={replayed ? say('replayedWhy') : why}
        {...(thing.actions.includes('rotate_key')
          ? { main: <Button onClick={() => setAsking(true)}>{say('rotate')}</Button> }
          : {})}
      />
      <ThingKey thing={thing} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

function About({ thing }: { thing: ThingDetail }) {
  const say = useWords(thingWords);
  const pick = usePick();
  const { district, street, longitude, latitude } = thing;
  const place =
    longitude === null || latitude === null
      ? say('nowhere')
      : say('east', { longitude: longitude.toFixed(5), latitude: latitude.toFixed(5) });
  const inDistrict = district === null ? undefined : districtNames[district];
  return (
    <Section title={say('about')}>
      {thing.description !== '' && <p>{thing.description}</p>}
      <Properties
        rows={[
          [
            say('owner'),
            <To key="owner" href={`/parties/${thing.ownerId}`}>
              {thing.ownerName}
            </To>,
          ],
          [say('district'), inDistrict ? pick(inDistrict) : (district ?? say('nowhere'))],
          ...(street === null ? [] : [[say('street'), street] as const]),
          [say('place'), place],
          [say('audience'), say(`audience.${thing.audience}`)],
          [say('created'), <When key="created" at={thing.createdAt} />],
        ]}
      />
    </Section>
  );
}
