import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatInstant, formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { useLive, useLiveState } from '#web/live.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Note } from '#web/ui/note.tsx';
import { StateMark } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { CityMap } from './city-map.tsx';
import { MapLegend } from './map-legend.tsx';
import './room.css';
import { NewestIncidents } from './newest-incidents.tsx';
import { CitySignedIn } from './signed-in.tsx';
import type { Overview } from './views.ts';
import { words } from './words.ts';

/** What is counted without an event, such as observations, is read again so often. */
const rereadMs = 5_000;
const staleMs = 300_000;

/** The operations room: one glance says whether anything needs a person. */
export function RoomPage() {
  const say = useWords(words);
  useEffect(() => {
    document.title = `${say('room')} · 头雁 Touyan`;
  }, [say]);
  return (
    <div className="operations-room" data-surface="dark">
      <CitySignedIn>
        <Room />
      </CitySignedIn>
    </div>
  );
}

function Room() {
  const api = useApi();
  const map = useQuery(api.city.getMap.queryOptions({ input: {}, staleTime: staleMs }));
  const overview = useQuery(
    api.city.mapOverview.queryOptions({ input: {}, refetchInterval: rereadMs }),
  );
  useLive('city.incident', api.city.mapOverview.key());
  useLive('city.command', api.city.mapOverview.key());
  return (
    <Loaded query={overview}>
      {(counted) => (
        <>
          <RoomHead overview={counted} />
          <Counters overview={counted} />
          <div className="room-body">
            <section className="room-map">
              <Loaded query={map}>
                {(found) => (
                  <>
                    <CityMap map={found} overview={counted} />
                    <MapLegend map={found} />
                  </>
                )}
              </Loaded>
            </section>
            <NewestIncidents />
          </div>
        </>
      )}
    </Loaded>
  );
}

function RoomHead({ overview: { totals } }: { overview: Overview }) {
  const say = useWords(words);
  const live = useLiveState();
  const waiting = totals.unacknowledged + totals.commandsWaiting;
  return (
    <header className="room-head">
      <h1 tabIndex={-1}>{say('room')}</h1>
      {totals.replayed && <Note kind="replayed" />}
      <p className="room-glance" data-waiting={waiting > 0 || undefined} role="status">
        <StateMark state={waiting > 0 ? 'waiting' : 'done'} />
        {waiting > 0 ? say('someWait', { count: waiting }) : say('allQuiet')}
      </p>
      {live === 'lost' && <p className="room-lost">{say('lostLive')}</p>}
      <Clock />
      <ButtonLink icon="close" href="/city">
        {say('leaveRoom')}
      </ButtonLink>
    </header>
  );
}

function Clock() {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = String(now.getSeconds()).padStart(2, '0');
  return (
    <time className="figures room-clock" dateTime={now.toISOString()}>
      {formatInstant(now.toISOString())}:{seconds}
    </time>
  );
}

function Counters({ overview: { totals } }: { overview: Overview }) {
  const say = useWords(words);
  const { unacknowledged, openIncidents, commandsWaiting, incidentsDay } = totals;
  const tiles = [
    ['unacknowledged', unacknowledged, '/city?state=open', unacknowledged > 0],
    ['openIncidents', openIncidents, '/city?state=unfinished', false],
    ['commandsWaiting', commandsWaiting, '/city/commands?state=proposed', commandsWaiting > 0],
    ['incidentsDay', incidentsDay, '/city', false],
    ['observationsMinute', totals.observationsMinute, '/city/things', false],
    ['thingsOnline', totals.things, '/city/things', false],
  ] as const;
  return (
    <div className="room-counters">
      {tiles.map(([name, value, href, waits]) => (
        <To key={name} href={href} data-waits={waits || undefined}>
          <span>{say(name)}</span>
          <strong className="figures">{formatNumber(value)}</strong>
        </To>
      ))}
    </div>
  );
}
