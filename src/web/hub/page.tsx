import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { actsAs } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { type Column, DataList } from '#web/ui/data-list.tsx';
import { Icon } from '#web/ui/icon.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { audienceWord } from './audience-word.ts';
import './hub.css';
import { hubHref } from './hub-address.ts';
import { words } from './words.ts';

type Repository = Outputs['hub']['listRepositories']['items'][number];

/** All repositories that the reader may see. */
export function HubPage() {
  const say = useWords(words);
  const signedIn = useSession().account !== null;
  const create = (
    <ButtonLink kind="main" icon="plus" href={signedIn ? '/hub/new' : '/sign-in?to=/hub/new'}>
      {say('create')}
    </ButtonLink>
  );
  return (
    <>
      <PageHead name={say('title')} why={say('why')} main={create} />
      <RepositoryList create={create} />
    </>
  );
}

const kinds = ['algorithm', 'dataset', 'program'] as const;
const audiences = ['public', 'members', 'owner'] as const;
const sorts = ['updated', 'created', 'name'] as const;

function RepositoryList({ create }: { create: React.ReactNode }) {
  const api = useApi();
  const say = useWords(words);
  return (
    <DataList
      name={say('title')}
      count={(total, isExact) => say(isExact ? 'count' : 'countMore', { count: total })}
      columns={useColumns()}
      filters={useFilters()}
      rowKey={({ id }) => id}
      rowHref={({ id }) => hubHref(id)}
      queryKey={api.hub.listRepositories.key()}
      topic="hub.repository"
      empty={<EmptyState what={say('none')} why={say('noneWhy')} next={create} />}
      load={({ search, filters, cursor, limit }) => {
        const kind = oneOf(kinds, filters.kind);
        const audience = oneOf(audiences, filters.audience);
        const [sector, task, licence, ownerId] = [
          filters.sector?.[0],
          filters.task?.[0],
          filters.licence?.[0],
          filters.owner?.[0],
        ];
        return api.hub.listRepositories.call({
          limit,
          sort: oneOf(sorts, filters.sort) ?? 'updated',
          state: filters.state?.[0] === 'archived' ? 'archived' : 'active',
          ...given({ q: search, cursor, kind, audience, sector, task, licence, ownerId }),
        });
      }}
    />
  );
}

function useColumns(): readonly [Column<Repository>, ...Column<Repository>[]] {
  const say = useWords(words);
  const pick = usePick();
  return [
    {
      key: 'name',
      title: say('name'),
      text: ({ title }) => pick(title),
      render: ({ title, name, danger }) => (
        <span className="hub-name">
          {pick(title)}
          {danger && (
            <span className="hub-danger">
              <Icon name="alert" />
              {say('dangerMark')}
            </span>
          )}
          <small>{name}</small>
        </span>
      ),
    },
    { key: 'kind', title: say('kind'), text: ({ kind }) => say(kind) },
    {
      key: 'owner',
      title: say('owner'),
      text: ({ ownerId }) => ownerId,
      render: ({ ownerId }) => <PartyName id={ownerId} />,
    },
    {
      key: 'audience',
      title: say('audience'),
      text: ({ kind, audience }) => say(audienceWord(kind, audience)),
    },
    { key: 'sector', title: say('sector'), text: ({ sector }) => sector ?? '', extra: true },
    { key: 'task', title: say('task'), text: ({ task }) => task ?? '', extra: true },
    { key: 'licence', title: say('licence'), text: ({ licence }) => licence || say('noLicence') },
    {
      key: 'revisions',
      title: say('revisionsCount'),
      text: ({ revisionsCount }) => String(revisionsCount),
      figures: true,
    },
    {
      key: 'updated',
      title: say('updated'),
      text: ({ updatedAt }) => updatedAt,
      render: ({ updatedAt }) => <When at={updatedAt} />,
    },
  ];
}

const looked = 100;

/** Filters; those of free words offer what the latest repositories say. */
function useFilters() {
  const api = useApi();
  const say = useWords(words);
  const { account } = useSession();
  const { data } = useQuery(
    api.hub.listRepositories.queryOptions({ input: { limit: looked }, staleTime: 60_000 }),
  );
  const seen = (of: (row: Repository) => string | null) =>
    [...new Set(data?.items.map((row) => of(row) ?? ''))]
      .filter((value) => value !== '')
      .sort()
      .map((value) => ({ value, label: value }));
  const single = { single: true };
  return [
    {
      key: 'kind',
      label: say('kind'),
      options: kinds.map((value) => ({ value, label: say(value) })),
      ...single,
    },
    { key: 'sector', label: say('sector'), options: seen(({ sector }) => sector), ...single },
    { key: 'task', label: say('task'), options: seen(({ task }) => task), ...single },
    { key: 'licence', label: say('licence'), options: seen(({ licence }) => licence), ...single },
    ...(account === null
      ? []
      : [
          {
            key: 'owner',
            label: say('ownedBy'),
            options: actsAs(account).map(({ id, name }) => ({ value: id, label: name })),
            ...single,
          },
        ]),
    {
      key: 'state',
      label: say('state'),
      options: [{ value: 'archived', label: say('archived') }],
      ...single,
    },
    {
      key: 'sort',
      label: say('sort'),
      options: [
        { value: 'updated', label: say('sortUpdated') },
        { value: 'created', label: say('sortCreated') },
        { value: 'name', label: say('sortName') },
      ],
      ...single,
    },
  ];
}
