import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { districtNames } from '#web/home/district-names.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageBody, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { Loaded } from '#web/ui/states.tsx';
import './city.css';
import { CityMap } from './city-map.tsx';
import { CityTabs } from './city-tabs.tsx';
import { MapLegend } from './map-legend.tsx';
import { CitySignedIn } from './signed-in.tsx';
import type { CityMap as MapView } from './views.ts';
import { words } from './words.ts';

const staleMs = 300_000;

/** The map by day: districts with what is on them, their streets, and what the map rests on. */
export function MapPage() {
  const api = useApi();
  const say = useWords(words);
  const query = useQuery(api.city.getMap.queryOptions({ input: {}, staleTime: staleMs }));
  return (
    <LoadedPage query={query}>
      {(map) => (
        <>
          <PageHead name={say('map')} why={say('mapWhy')} />
          <CityTabs />
          <PageBody>
            <CitySignedIn>
              <Now map={map} />
            </CitySignedIn>
            <Section title={say('about')}>
              <MapLegend map={map} />
            </Section>
            <Streets map={map} />
          </PageBody>
        </>
      )}
    </LoadedPage>
  );
}

function Now({ map }: { map: MapView }) {
  const api = useApi();
  const say = useWords(words);
  const query = useQuery(api.city.mapOverview.queryOptions({ input: {} }));
  useLive('city.incident', api.city.mapOverview.key());
  return (
    <Section title={say('openIncidents')}>
      <Loaded query={query}>
        {(overview) => (
          <>
            {overview.totals.replayed && (
              <p>
                <Note kind="replayed" />
              </p>
            )}
            <div className="map-by-day">
              <CityMap map={map} overview={overview} />
            </div>
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Streets({ map }: { map: MapView }) {
  const say = useWords(words);
  const pick = usePick();
  return (
    <Section title={say('streets')}>
      <dl className="map-streets">
        {map.districts.map(({ code, name, streets }) => (
          <div key={code}>
            <dt>
              {pick(districtNames[code] ?? { zh: name, en: name })}
              <small>{say('streetCount', { count: streets.length })}</small>
            </dt>
            <dd lang="zh">{streets.map((street) => street.name).join(' · ')}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
