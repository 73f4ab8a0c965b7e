import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import './governance.css';
import { StopControl } from './stop-control.tsx';
import { type Deployment, deploymentMarks } from './views.ts';
import { words } from './words.ts';

export const stateWords = {
  starting: 'starting',
  running: 'run',
  stopped: 'halted',
  failed: 'failed',
  ended: 'ended',
} as const;

const shown = 100;

/** Deployments that have not ended, each with its state, its watch and its stop. */
export function RunningTable() {
  const api = useApi();
  const say = useWords(words);
  const query = useQuery(api.serving.listDeployments.queryOptions({ input: { limit: shown } }));
  useLive('serving.deployment', api.serving.listDeployments.key());
  return (
    <div className="stop-table">
      <Section title={say('running')}>
        <Loaded query={query}>{({ items }) => <Rows rows={items.filter(isAlive)} />}</Loaded>
      </Section>
    </div>
  );
}

const isAlive = ({ state }: Deployment) => state !== 'ended' && state !== 'failed';

function Rows({ rows }: { rows: readonly Deployment[] }) {
  const say = useWords(words);
  if (rows.length === 0) return <p className="governance-quiet">{say('runningNone')}</p>;
  return (
    <PlainTable
      name={say('running')}
      rows={rows}
      rowKey={({ deploymentId }) => deploymentId}
      columns={[
        {
          key: 'name',
          title: say('deployment'),
          cell: ({ deploymentId, name }) => (
            <To href={`/serving/deployments/${deploymentId}`}>{name}</To>
          ),
        },
        {
          key: 'state',
          title: say('state'),
          cell: ({ state }) => (
            <StateTag state={deploymentMarks[state]} label={say(stateWords[state])} />
          ),
        },
        {
          key: 'control',
          title: say('control'),
          cell: ({ deploymentId, name, state }) => (
            <StopControl
              target={{ type: 'serving.deployment', id: deploymentId }}
              name={name}
              stopped={state === 'stopped'}
            />
          ),
        },
        { key: 'since', title: say('since'), cell: ({ createdAt }) => <When at={createdAt} /> },
        {
          key: 'watch',
          title: say('watch'),
          cell: ({ deploymentId }) => (
            <To href={`/governance/watches/${deploymentId}`}>{say('watch')}</To>
          ),
        },
      ]}
    />
  );
}
