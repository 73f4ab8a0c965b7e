import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Button } from '#web/ui/button.tsx';
import { Command } from '#web/ui/copy-text.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { EndpointHistory } from './endpoint-history.tsx';
import { EndpointLive } from './endpoint-live.tsx';
import { EndEndpoint, RollBack, SetTraffic } from './endpoint-traffic.tsx';
import { type EndpointDetail, EndpointState, TrafficBar } from './endpoint-view.tsx';
import { endpointWords } from './endpoint-words.ts';
import './serving.css';
import { useTrials } from './use-trials.ts';

const rereadMs = 2_000;

/** One endpoint: where its calls go, how that goes, and the ways to change it and go back. */
export function EndpointPage() {
  const endpointId = useParameter('endpointId');
  const api = useApi();
  const query = useQuery(
    api.serving.getEndpoint.queryOptions({ input: { endpointId }, refetchInterval: rereadMs }),
  );
  useLive(query.data === undefined ? undefined : 'serving.deployment', api.serving.key());
  return <LoadedPage query={query}>{(found) => <Found endpoint={found} />}</LoadedPage>;
}

type Asking = 'set' | 'rollback' | 'end' | null;

function Found({ endpoint }: { endpoint: EndpointDetail }) {
  const say = useWords(endpointWords);
  const [asking, setAsking] = useState<Asking>(null);
  const { name, state, reason, version, actions, traffic, repositoryId } = endpoint;
  const { named } = useTrials(repositoryId);
  const close = () => setAsking(null);
  const rollsBack = actions.includes('rollback');
  return (
    <>
      <PageHead
        name={name}
        parent={{ name: say('serving'), href: '/serving' }}
        state={<EndpointState state={state} />}
        why={
          state === 'open' ? say('openWhy', { version }) : say('endedWhy', { reason: reason ?? '' })
        }
        main={
          actions.includes('change') && (
            <Button kind="main" onClick={() => setAsking('set')}>
              {say('set')}
            </Button>
          )
        }
        {...(actions.includes('end')
          ? {
              more: (closeMenu: () => void) => (
                <button
                  type="button"
                  className="menu-item"
                  onClick={() => {
                    closeMenu();
                    setAsking('end');
                  }}
                >
                  {say('end')}
                </button>
              ),
            }
          : {})}
      />
      <PageBody side={<Side endpoint={endpoint} />}>
        <Section
          title={say('traffic')}
          action={
            rollsBack && (
              <Button kind="danger" onClick={() => setAsking('rollback')}>
                {say('rollback')}
              </Button>
            )
          }
        >
          <TrafficBar traffic={traffic} named={named} />
          <p className="endpoint-note">{say('trafficWhy')}</p>
        </Section>
        <EndpointLive endpoint={endpoint} />
        <EndpointHistory endpoint={endpoint} />
      </PageBody>
      {asking === 'set' && <SetTraffic endpoint={endpoint} open onClose={close} />}
      {asking === 'rollback' && <RollBack endpoint={endpoint} open onClose={close} />}
      {asking === 'end' && <EndEndpoint endpoint={endpoint} open onClose={close} />}
    </>
  );
}

function Side({ endpoint }: { endpoint: EndpointDetail }) {
  const say = useWords(endpointWords);
  const { path, ownerId, createdBy, createdAt, repositoryId, actions } = endpoint;
  return (
    <Section title={say('about')}>
      {actions.includes('call') && <Command text={`${location.origin}${path}`} />}
      <div className="endpoint-below">
        <Properties
          rows={[
            [say('owner'), <PartyName key="owner" id={ownerId} />],
            [say('createdBy'), <PartyName key="by" id={createdBy} />],
            [say('created'), <When key="created" at={createdAt} />],
            [
              say('repository'),
              <To key="repository" href={`/hub/${repositoryId}`}>
                {say('openRepository')}
              </To>,
            ],
          ]}
        />
      </div>
    </Section>
  );
}
