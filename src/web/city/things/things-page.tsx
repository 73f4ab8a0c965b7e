import { useApi } from '#web/api.ts';
import { CityTabs } from '#web/city/city-tabs.tsx';
import { thingWords } from '#web/city/thing-words.ts';
import { formatNumber } from '#web/format.ts';
import { districtNames } from '#web/home/district-names.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { actsAs } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { type Column, DataList } from '#web/ui/data-list.tsx';
import { given } from '#web/ui/list-address.ts';
import { Note } from '#web/ui/note.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import type { ThingRow } from './views.ts';
import './things.css';

/** The things that the reader may see; those which are public, to everybody. */
export function ThingsPage() {
  const api = useApi();
  const say = useWords(thingWords);
  const { account } = useSession();
  return (
    <>
      <PageHead name={say('title')} why={say('why')} />
      <CityTabs />
      <DataList<ThingRow>
        key={account?.id ?? ''}
        name={say('title')}
        searches
        count={(count) => say('count', { count })}
        columns={useColumns()}
        filters={useFilters()}
        rowKey={({ thingId }) => thingId}
        rowHref={({ thingId }) => `/city/things/${thingId}`}
        queryKey={api.city.listThings.key()}
        topic="city.thing"
        load={({ filters, search, cursor, limit }) => {
          const district = filters.district?.[0];
          const ownerId = filters.owner?.[0];
          const source = filters.source?.[0];
          return api.city.listThings.call({
            ...given({ limit, cursor, query: search, district, ownerId }),
            ...(source === undefined ? {} : { replayed: source === 'replayed' }),
          });
        }}
        empty={
          <EmptyState
            what={say('none')}
            why={say('noneWhy')}
            next={<ButtonLink href="/api">{say('noneNext')}</ButtonLink>}
          />
        }
      />
    </>
  );
}

function useFilters() {
  const say = useWords(thingWords);
  const pick = usePick();
  const { account } = useSession();
  const districts = Object.entries(districtNames);
  return [
    {
      key: 'district',
      label: say('district'),
      single: true,
      options: districts.map(([value, name]) => ({ value, label: pick(name) })),
    },
    {
      key: 'source',
      label: say('source'),
      single: true,
      options: (['measured', 'replayed'] as const).map((value) => ({ value, label: say(value) })),
    },
    ...(account === null
      ? []
      : [
          {
            key: 'owner',
            label: say('owner'),
            single: true,
            options: actsAs(account).map(({ id, name }) => ({ value: id, label: name })),
          },
        ]),
  ];
}

function useColumns(): readonly [Column<ThingRow>, ...Column<ThingRow>[]] {
  const say = useWords(thingWords);
  const pick = usePick();
  const districtOf = ({ district }: ThingRow) =>
    district === null ? '–' : pick(districtNames[district] ?? { zh: district, en: district });
  return [
    {
      key: 'thing',
      title: say('thing'),
      text: ({ name }) => name,
      render: ({ name, thingId, replayed }) => (
        <span className="things-name">
          <To href={`/city/things/${thingId}`}>{name}</To>
          {replayed && <Note kind="replayed" />}
        </span>
      ),
    },
    { key: 'owner', title: say('owner'), text: ({ ownerName }) => ownerName },
    { key: 'district', title: say('district'), text: districtOf },
    {
      key: 'datastreams',
      title: say('datastreams'),
      text: ({ datastreams }) => String(datastreams),
      figures: true,
      extra: true,
    },
    {
      key: 'observations',
      title: say('observations'),
      text: ({ observations }) => formatNumber(observations),
      figures: true,
    },
    {
      key: 'latest',
      title: say('latestAt'),
      text: ({ latestAt }) => latestAt ?? '',
      render: ({ latestAt }) => (latestAt === null ? say('never') : <When at={latestAt} />),
    },
    {
      key: 'created',
      title: say('created'),
      text: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => <When at={createdAt} />,
      extra: true,
    },
  ];
}
