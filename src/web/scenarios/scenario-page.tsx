import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { Markdown } from '#web/ui/markdown.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { CallStateTag } from './call-columns.tsx';
import { usePlaces } from './place-words.ts';
import { ScenarioState } from './scenarios-page.tsx';
import './scenarios.css';
import type { CallRow, ScenarioView } from './views.ts';
import { words } from './words.ts';

/** One need, and the calls that it led to. */
export function ScenarioPage() {
  const api = useApi();
  const scenarioId = useParameter('scenarioId');
  const query = useQuery(api.scenarios.getScenario.queryOptions({ input: { scenarioId } }));
  const calls = useQuery(
    api.scenarios.listCalls.queryOptions({ input: { scenarioId, limit: 100 } }),
  );
  const topic = query.data === undefined ? undefined : `scenarios.scenario/${scenarioId}`;
  useLive(topic, api.scenarios.getScenario.key());
  useLive('scenarios.call', api.scenarios.listCalls.key());
  return (
    <LoadedPage query={query}>
      {(scenario) => <Scenario scenario={scenario} calls={calls.data?.items ?? []} />}
    </LoadedPage>
  );
}

function Scenario({ scenario, calls }: { scenario: ScenarioView; calls: readonly CallRow[] }) {
  const say = useWords(words);
  const pick = usePick();
  const { sectorName, districtName } = usePlaces();
  const { scenarioId, state, ownerName, actions } = scenario;
  const draft = state === 'draft';
  return (
    <>
      <PageHead
        name={pick(scenario.title)}
        parent={{ name: say('scenarios'), href: '/scenarios' }}
        state={<ScenarioState state={state} />}
        why={draft ? say('scenarioDraftWhy') : say('scenarioPublishedWhy', { owner: ownerName })}
        main={
          actions.includes('open_call') && (
            <ButtonLink kind="main" icon="plus" href={`/scenarios/${scenarioId}/calls/new`}>
              {say('openCall')}
            </ButtonLink>
          )
        }
        {...(actions.includes('edit')
          ? {
              more: (close: () => void) => (
                <To href={`/scenarios/${scenarioId}/edit`} className="menu-item" onClick={close}>
                  {say('edit')}
                </To>
              ),
            }
          : {})}
      />
      <PageBody
        side={
          <Section title={say('about')}>
            <Properties
              rows={[
                [say('owner'), <PartyName key="owner" id={scenario.ownerId} />],
                [say('sector'), sectorName(scenario.sector)],
                [say('district'), districtName(scenario.district)],
                [say('created'), <When key="created" at={scenario.createdAt} />],
              ]}
            />
          </Section>
        }
      >
        <Section title={say('need')}>
          <Markdown source={pick(scenario.summary)} />
        </Section>
        <Section title={say('itsCalls')}>
          {calls.length === 0 && <p className="quiet">{say('noItsCalls')}</p>}
          <ul className="call-cards">
            {calls.map((call) => (
              <li key={call.callId}>
                <To href={`/scenarios/calls/${call.callId}`}>
                  <strong>{pick(call.title)}</strong>
                </To>
                <CallStateTag state={call.state} />
                {call.simulated && <Note text={call.simulated} />}
                <span className="quiet figures">
                  {say('teams')} {call.teams} · {say('submissions')} {call.submissions}
                </span>
                {call.closesAt !== null && (
                  <span className="quiet">
                    {say('closes')} <When at={call.closesAt} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      </PageBody>
    </>
  );
}
