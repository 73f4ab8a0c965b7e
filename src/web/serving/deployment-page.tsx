import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatNumber, formatPercent } from '#web/format.ts';
import { StopControl } from '#web/governance/stop-control.tsx';
import { useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Command, Digest } from '#web/ui/copy-text.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { Loading } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { DeploymentJournal } from './deployment-journal.tsx';
import { DeploymentReplays } from './deployment-replays.tsx';
import { type DeploymentDetail, DeploymentState, whyOf } from './deployment-state.tsx';
import './serving.css';
import { words } from './words.ts';

const TrialPage = lazy(async () => ({ default: (await import('./trial-page.tsx')).TrialPage }));

const rereadMs = 5_000;

/** A deployment of a program, or a trial of a model: whatever stands under this address. */
export function DeploymentPage() {
  const deploymentId = useParameter('deploymentId');
  return deploymentId.startsWith('trial_') ? (
    <Suspense fallback={<Loading />}>
      <TrialPage trialId={deploymentId} />
    </Suspense>
  ) : (
    <ProgramDeployment deploymentId={deploymentId} />
  );
}

/** One deployment: whether it answers and how well, what exactly runs, and what it was asked. */
function ProgramDeployment({ deploymentId }: { deploymentId: string }) {
  const api = useApi();
  const query = useQuery(
    api.serving.getDeployment.queryOptions({
      input: { deploymentId },
      refetchInterval: rereadMs,
    }),
  );
  const topic = query.data === undefined ? undefined : `serving.deployment/${deploymentId}`;
  useLive(topic, api.serving.key());
  return <LoadedPage query={query}>{(found) => <Found deployment={found} />}</LoadedPage>;
}

type Of = { deployment: DeploymentDetail };

function Found({ deployment }: Of) {
  const say = useWords(words);
  const [ending, setEnding] = useState(false);
  const { deploymentId, name, state, actions } = deployment;
  const ends = actions.includes('end');
  return (
    <>
      <PageHead
        name={name}
        parent={{ name: say('title'), href: '/serving' }}
        state={<DeploymentState state={state} />}
        why={whyOf(deployment, say)}
        main={
          state !== 'ended' &&
          state !== 'failed' && (
            <StopControl
              target={{ type: 'serving.deployment', id: deploymentId }}
              name={name}
              stopped={state === 'stopped'}
            />
          )
        }
        {...(ends
          ? {
              more: (close: () => void) => (
                <button
                  type="button"
                  className="menu-item"
                  onClick={() => {
                    close();
                    setEnding(true);
                  }}
                >
                  {say('end')}
                </button>
              ),
            }
          : {})}
      />
      <PageBody
        side={
          <>
            <Exactly deployment={deployment} />
            <FactsOf subjectType="serving.deployment" subject={deploymentId} />
          </>
        }
      >
        <HealthOf deployment={deployment} />
        {actions.includes('call') && <HowToCall deploymentId={deploymentId} />}
        <DeploymentReplays deployment={deployment} />
        <Section title={say('journal')}>
          <DeploymentJournal deploymentId={deploymentId} />
        </Section>
      </PageBody>
      {ends && <End deployment={deployment} open={ending} onClose={() => setEnding(false)} />}
    </>
  );
}

function HealthOf({ deployment: { deploymentId, health, stop } }: Of) {
  const say = useWords(words);
  const { latencyMsP95, flaggedShare } = health;
  return (
    <Section
      title={say('health')}
      action={<To href={`/governance/watches/${deploymentId}`}>{say('watch')}</To>}
    >
      <Properties
        rows={[
          ...(stop === null
            ? []
            : [
                [
                  say('stopped'),
                  <span key="stop" className="serving-stop">
                    {stop.reason} · <PartyName id={stop.by} /> · <When at={stop.at} />
                  </span>,
                ] as const,
              ]),
          [say('rowsAnswered'), say('rowsUnit', { count: health.rowsAnswered })],
          [say('sessions'), formatNumber(health.sessions)],
          [
            say('latency'),
            latencyMsP95 === null
              ? '–'
              : say('milliseconds', { value: formatNumber(latencyMsP95, 1) }),
          ],
          [say('flaggedShare'), flaggedShare === null ? '–' : formatPercent(flaggedShare)],
          [say('errors'), say('times', { count: health.errors })],
          [say('restarts'), say('times', { count: health.restarts })],
        ]}
      />
      <p className="serving-quiet">{say('recent')}</p>
    </Section>
  );
}

function Exactly({ deployment }: Of) {
  const say = useWords(words);
  const [shown, setShown] = useState(false);
  const { repositoryId, entry, environment } = deployment;
  return (
    <Section
      title={say('exactly')}
      action={
        <Button kind="quiet" onClick={() => setShown(!shown)}>
          {say(shown ? 'hide' : 'show')}
        </Button>
      }
    >
      <p className="serving-quiet">{say('exactlyWhy')}</p>
      <Properties
        rows={[
          [say('owner'), <PartyName key="owner" id={deployment.ownerId} />],
          [say('createdBy'), <PartyName key="by" id={deployment.createdBy} />],
          [say('created'), <When key="created" at={deployment.createdAt} />],
          [
            say('repository'),
            <To key="repository" href={`/hub/${repositoryId}`}>
              {say('openRepository')}
            </To>,
          ],
          [say('entry'), <code key="entry">{entry}</code>],
          [say('environment'), environment],
          ...(shown
            ? ([
                [say('programDigest'), <Digest key="p" value={deployment.programDigest} />],
                [say('revision'), <Digest key="r" value={deployment.revisionDigest} />],
                [
                  `${say('environment')} #`,
                  <Digest key="e" value={deployment.environmentDigest} />,
                ],
                [say('optionsDigest'), <Digest key="o" value={deployment.optionsDigest} />],
              ] as const)
            : []),
        ]}
      />
    </Section>
  );
}

/** The call as a command, for whoever has an agreement. */
function HowToCall({ deploymentId }: { deploymentId: string }) {
  const say = useWords(words);
  const body = '{"session":"s1","requestId":"r1","rows":[{"column":1}]}';
  const address = `${location.origin}/api/v1/serving/deployments/${deploymentId}/inferences`;
  return (
    <Section title={say('howToCall')}>
      <p className="serving-quiet">{say('howToCallWhy')}</p>
      <Command
        text={`curl -X POST ${address} -H "authorization: Bearer $TOUYAN_KEY" -H "content-type: application/json" -d '${body}'`}
      />
    </Section>
  );
}

function End({ deployment, open, onClose }: Of & { open: boolean; onClose: () => void }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const { deploymentId } = deployment;
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('end')}
      verb={say('end')}
      done={say('endDone')}
      danger
      final
      reason={{ label: say('endReason'), help: say('endReasonHelp') }}
      send={async (reason) => {
        await api.serving.endDeployment.call({ deploymentId, reason });
        await queries.invalidateQueries({ queryKey: api.serving.key() });
        await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
      }}
    >
      <p>{say('endWhy')}</p>
    </Ask>
  );
}
