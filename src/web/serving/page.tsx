import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { PartyName, shortId } from '#web/parties/party-name.tsx';
import { SignedIn } from '#web/session/signed-in.tsx';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { type Column, DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { DeployControl } from './deploy-control.tsx';
import { type Deployment, DeploymentState, deploymentStates, whyOf } from './deployment-state.tsx';
import { OpenEndpoints } from './endpoint-list.tsx';
import { OpenTrials } from './open-trials.tsx';
import './serving.css';
import { words } from './words.ts';

/** What runs, what ran, and the way to put an approved program on line. */
export function ServingPage() {
  const say = useWords(words);
  const { account } = useSession();
  return (
    <>
      <PageHead
        name={say('title')}
        why={say('why')}
        {...(account === null ? {} : { main: <DeployControl /> })}
      />
      <SignedIn why={say('signInWhy')}>
        <DeploymentList />
        <OpenEndpoints />
        <OpenTrials />
      </SignedIn>
    </>
  );
}

function DeploymentList() {
  const api = useApi();
  const say = useWords(words);
  return (
    <DataList<Deployment>
      name={say('deployments')}
      searches={false}
      count={(count) => say('count', { count })}
      columns={useColumns()}
      filters={[
        {
          key: 'state',
          label: say('state'),
          single: true,
          options: deploymentStates.map((value) => ({ value, label: say(value) })),
        },
      ]}
      rowKey={({ deploymentId }) => deploymentId}
      rowHref={({ deploymentId }) => `/serving/deployments/${deploymentId}`}
      queryKey={api.serving.listDeployments.key()}
      topic="serving.deployment"
      load={({ filters, cursor, limit }) => {
        const state = oneOf(deploymentStates, filters.state);
        return api.serving.listDeployments.call({
          ...given({ limit, cursor, state }),
        });
      }}
      empty={
        <EmptyState
          what={say('none')}
          why={say('noneWhy')}
          next={<ButtonLink href="/governance/approvals">{say('noneNext')}</ButtonLink>}
        />
      }
    />
  );
}

function useColumns(): readonly [Column<Deployment>, ...Column<Deployment>[]] {
  const say = useWords(words);
  return [
    { key: 'name', title: say('deployment'), text: ({ name }) => name },
    {
      key: 'state',
      title: say('state'),
      text: ({ state }) => say(state),
      render: (row) => (
        <span className="serving-state">
          <DeploymentState state={row.state} />
          {row.state !== 'running' && <small>{whyOf(row, say)}</small>}
        </span>
      ),
    },
    {
      key: 'owner',
      title: say('owner'),
      text: ({ ownerId }) => ownerId,
      render: ({ ownerId }) => <PartyName id={ownerId} />,
    },
    {
      key: 'program',
      title: say('ofProgram'),
      text: ({ programId }) => shortId(programId),
      extra: true,
    },
    {
      key: 'created',
      title: say('created'),
      text: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => <When at={createdAt} />,
    },
  ];
}
