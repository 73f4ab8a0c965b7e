import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import type { ListAddress } from '#web/ui/list-address.ts';
import { given } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { usePlaces } from './place-words.ts';
import { RoomTabs } from './room-tabs.tsx';
import { words } from './words.ts';

/** The scenarios that the reader may see. */
export function ScenariosPage() {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const { sectorName, districtName, filters } = usePlaces();
  const load = ({ search, filters: chosen, cursor, limit }: ListAddress, signal: AbortSignal) => {
    const state = chosen.state?.[0];
    const [sector, district] = [chosen.sector?.[0], chosen.district?.[0]];
    return api.scenarios.listScenarios.call(
      {
        ...given({ limit, query: search, sector, district }),
        ...(state === 'draft' || state === 'published' ? { state } : {}),
        ...(chosen.order?.[0] === 'oldest' ? { sort: 'oldest' as const } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      },
      { signal },
    );
  };
  return (
    <>
      <PageHead name={say('scenarios')} why={say('scenariosWhy')} main={<DescribeLink />} />
      <RoomTabs />
      <DataList
        name={say('scenarios')}
        count={(count) => say('scenariosCount', { count })}
        queryKey={api.scenarios.listScenarios.key()}
        load={load}
        rowKey={({ scenarioId }) => scenarioId}
        rowHref={({ scenarioId }) => `/scenarios/${scenarioId}`}
        filters={[
          {
            key: 'state',
            label: say('state'),
            single: true,
            options: [
              { value: 'draft', label: say('scenarioDraft') },
              { value: 'published', label: say('scenarioPublished') },
            ],
          },
          ...filters,
          {
            key: 'order',
            label: say('order'),
            single: true,
            options: [{ value: 'oldest', label: say('orderOldest') }],
          },
        ]}
        columns={[
          { key: 'title', title: say('title'), text: ({ title }) => pick(title) },
          { key: 'owner', title: say('owner'), text: ({ ownerName }) => ownerName },
          { key: 'sector', title: say('sector'), text: ({ sector }) => sectorName(sector) },
          {
            key: 'district',
            title: say('district'),
            text: ({ district }) => districtName(district),
          },
          {
            key: 'calls',
            title: say('callsNumber'),
            text: ({ calls }) => String(calls),
            figures: true,
          },
          {
            key: 'state',
            title: say('state'),
            text: ({ state }) => say(state === 'draft' ? 'scenarioDraft' : 'scenarioPublished'),
            render: ({ state }) => <ScenarioState state={state} />,
          },
          {
            key: 'created',
            title: say('created'),
            text: ({ createdAt }) => createdAt,
            render: ({ createdAt }) => <When at={createdAt} />,
            extra: true,
          },
        ]}
        empty={
          <EmptyState what={say('noScenarios')} why={say('noScenariosWhy')} next={<FirstStep />} />
        }
      />
    </>
  );
}

/** The first step towards a scenario, for whoever is here. */
export function FirstStep() {
  const say = useWords(words);
  const { account } = useSession();
  if (account === null) return <SignInLink>{say('signInToDescribe')}</SignInLink>;
  return <DescribeLink />;
}

/** For whoever acts for an organisation. */
export function DescribeLink() {
  const say = useWords(words);
  const { account } = useSession();
  if (account === null || account.organisations.length === 0) return null;
  return (
    <ButtonLink kind="main" icon="plus" href="/scenarios/new">
      {say('describe')}
    </ButtonLink>
  );
}

export function ScenarioState({ state }: { state: 'draft' | 'published' }) {
  const say = useWords(words);
  return state === 'draft' ? (
    <StateTag state="draft" label={say('scenarioDraft')} />
  ) : (
    <StateTag state="done" label={say('scenarioPublished')} />
  );
}
