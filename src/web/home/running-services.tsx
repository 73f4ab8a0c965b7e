import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { StopControl } from '#web/governance/stop-control.tsx';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { words } from './words.ts';

type Deployment = Outputs['serving']['listDeployments']['items'][number];

const shown = 4;

/** What runs now, with 急停 beside each for whoever may. */
export function RunningServices() {
  const say = useWords(words);
  const { account, known } = useSession();
  if (!known) return null;
  return (
    <section className="section running-services" aria-labelledby="running-services">
      <div className="section-head">
        <h2 id="running-services">{say('runningServices')}</h2>
        {account !== null && (
          <ButtonLink kind="quiet" icon="next" href="/governance/stops">
            {say('allStops')}
          </ButtonLink>
        )}
      </div>
      {account === null ? <p className="quiet">{say('runningStranger')}</p> : <Running />}
    </section>
  );
}

function Running() {
  const api = useApi();
  const say = useWords(words);
  const { data } = useQuery(api.serving.listDeployments.queryOptions({ input: { limit: 25 } }));
  useLive('serving.deployment', api.serving.listDeployments.key());
  if (data === undefined) return null;
  const alive = data.items.filter(({ state }) => state !== 'ended' && state !== 'failed');
  const answering = alive.filter(({ state }) => state === 'running').length;
  if (alive.length === 0) return <p className="quiet">{say('runningNone')}</p>;
  return (
    <>
      <p className="quiet">{say('runningCount', { count: answering })}</p>
      <ul>
        {alive.slice(0, shown).map((deployment) => (
          <Service key={deployment.deploymentId} deployment={deployment} />
        ))}
      </ul>
    </>
  );
}

function Service({ deployment }: { deployment: Deployment }) {
  const say = useWords(words);
  const { deploymentId, name, state, reason } = deployment;
  const stopped = state === 'stopped';
  return (
    <li>
      <To href={`/serving/deployments/${deploymentId}`}>
        <strong>{name}</strong>
      </To>
      <StateTag state={stopped ? 'stopped' : state === 'running' ? 'running' : 'waiting'} />
      {stopped && reason !== null && (
        <span className="quiet">{say('serviceStopped', { reason })}</span>
      )}
      <StopControl
        target={{ type: 'serving.deployment', id: deploymentId }}
        name={name}
        stopped={stopped}
      />
    </li>
  );
}
