import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { formatNumber, formatPercent } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { stateWords } from './running-table.tsx';
import './governance.css';
import { StopControl } from './stop-control.tsx';
import { ThresholdForm } from './threshold-form.tsx';
import { type Deployment, deploymentMarks, type Watch } from './views.ts';
import { figureOf } from './warnings-page.tsx';
import { words } from './words.ts';

const rereadMs = 5_000;

/** What a deployment is watched for, what was read last, and what lasts beyond its threshold. */
export function WatchPage() {
  const api = useApi();
  const deploymentId = useParameter('deploymentId');
  const input = { deploymentId };
  const deployment = useQuery(api.serving.getDeployment.queryOptions({ input }));
  const watch = useQuery(
    api.governance.getWatch.queryOptions({ input, refetchInterval: rereadMs }),
  );
  const topic = deployment.data === undefined ? undefined : `serving.deployment/${deploymentId}`;
  useLive(topic, api.serving.getDeployment.key());
  useLive(topic, api.governance.getWatch.key());
  return (
    <LoadedPage query={deployment}>
      {(found) => (
        <LoadedPage query={watch}>
          {(standing) => <Found deployment={found} watch={standing} />}
        </LoadedPage>
      )}
    </LoadedPage>
  );
}

type FoundProps = { deployment: Pick<Deployment, 'deploymentId' | 'name' | 'state'>; watch: Watch };

function Found({ deployment, watch }: FoundProps) {
  const say = useWords(words);
  const { deploymentId, name, state } = deployment;
  return (
    <>
      <PageHead
        name={say('watchOf', { name })}
        parent={{ name: say('warnings'), href: '/governance/warnings' }}
        state={<StateTag state={deploymentMarks[state]} label={say(stateWords[state])} />}
        why={say('watchWhy')}
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
      />
      <PageBody side={<FactsOf subjectType="serving.deployment" subject={deploymentId} />}>
        <Lasting watch={watch} />
        <Readings watch={watch} />
        {watch.actions.includes('set') ? (
          <ThresholdForm key={watch.setAt} watch={watch} />
        ) : (
          <Thresholds watch={watch} />
        )}
      </PageBody>
    </>
  );
}

function Lasting({ watch: { warnings } }: { watch: Watch }) {
  const say = useWords(words);
  if (warnings.length === 0) return null;
  return (
    <Section title={say('lasting')}>
      <Properties
        rows={warnings.map((warning) => [
          say(warning.measure),
          <span key={warning.warningId}>
            <span className="figures">
              {figureOf(warning, warning.value)} / {figureOf(warning, warning.threshold)}
            </span>{' '}
            · <When at={warning.raisedAt} />
            {warning.stopId !== null && ` · ${say('stoppedToo')}`}
          </span>,
        ])}
      />
    </Section>
  );
}

function Readings({ watch: { readings, lookedAt } }: { watch: Watch }) {
  const say = useWords(words);
  return (
    <Section title={say('readings')}>
      {readings === null || lookedAt === null ? (
        <p className="governance-quiet">{say('readingsNone')}</p>
      ) : (
        <Properties
          rows={[
            [say('rowsAnswered'), formatNumber(readings.rowsAnswered)],
            [say('errorRate'), formatPercent(readings.errorRate)],
            [
              say('flaggedShare'),
              readings.flaggedShare === null ? '–' : formatPercent(readings.flaggedShare),
            ],
            [say('incidentsPerHour'), formatNumber(readings.incidentsPerHour)],
            [say('lookedAt'), <When key="at" at={lookedAt} />],
          ]}
        />
      )}
    </Section>
  );
}

function Thresholds({ watch: { thresholds, stops } }: { watch: Watch }) {
  const say = useWords(words);
  const share = (value: number | null) =>
    value === null ? say('notWatched') : formatPercent(value);
  const { incidentsPerHourMax: incidents } = thresholds;
  return (
    <Section title={say('thresholds')}>
      <Properties
        rows={[
          [say('error_rate'), share(thresholds.errorRateMax)],
          [say('flagged_low'), share(thresholds.flaggedShareMin)],
          [say('flagged_high'), share(thresholds.flaggedShareMax)],
          [say('incidents'), incidents === null ? say('notWatched') : formatNumber(incidents)],
          [say('stopsItself'), stops ? say('stop') : '–'],
        ]}
      />
    </Section>
  );
}
