import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { MeasureControl } from './measure-control.tsx';
import { boardHref, MeasurementScore, measurementHref } from './measurement-score.tsx';
import { measurementWords } from './measurement-words.ts';
import { useMetricName } from './metric-name.ts';

const shown = 20;

/**
 * 测试集实测 of a revision of an algorithm, and for whoever writes it the way to measure it. Nothing where there is neither.
 */
export function MeasuredSection(of: {
  repositoryId: string;
  revisionDigest: string;
  mayWrite: boolean;
}) {
  const api = useApi();
  const say = useWords(measurementWords);
  const pick = usePick();
  const metricName = useMetricName();
  const { account } = useSession();
  const { repositoryId, revisionDigest } = of;
  const input = { repositoryId, revisionDigest, limit: shown };
  const rows = useQuery(api.assurance.listMeasurements.queryOptions({ input })).data?.items ?? [];
  useLive('assurance.measurement', api.assurance.listMeasurements.key());
  const mayMeasure = of.mayWrite || account?.roles.includes('operator') === true;
  const open = { repositoryId, state: 'open' as const, limit: shown };
  const trials = useQuery(
    api.serving.listTrials.queryOptions({ input: open, enabled: mayMeasure && account !== null }),
  );
  const trial = trials.data?.items.find(
    (one) => one.revisionDigest === revisionDigest && one.task !== null,
  );
  if (rows.length === 0 && !trial?.task) return null;
  return (
    <Section
      title={say('measured')}
      action={trial?.task && <MeasureControl trialId={trial.trialId} task={trial.task} />}
    >
      <p>{say(rows.length === 0 ? 'measuredNone' : 'measuredWhy')}</p>
      {rows.length > 0 && (
        <PlainTable
          name={say('measured')}
          rows={rows}
          rowKey={({ measurementId }) => measurementId}
          columns={[
            {
              key: 'suite',
              title: say('suite'),
              cell: ({ suite }) => (
                <span className="evaluation-state">
                  <To href={boardHref(suite.repositoryId)}>{pick(suite.name)}</To>
                  <small>{say(suite.independent ? 'independent' : 'own')}</small>
                </span>
              ),
            },
            {
              key: 'metric',
              title: say('metric'),
              cell: ({ metric, better }) => (
                <span className="evaluation-state">
                  {metricName(metric)}
                  {better === 'lower' && <small>{say('lower')}</small>}
                </span>
              ),
            },
            {
              key: 'score',
              title: say('score'),
              figures: true,
              cell: (measurement) => (
                <To href={measurementHref(measurement.measurementId)}>
                  <MeasurementScore measurement={measurement} />
                </To>
              ),
            },
            { key: 'cases', title: say('cases'), figures: true, cell: ({ cases }) => cases },
            {
              key: 'when',
              title: say('when'),
              cell: ({ finishedAt, createdAt }) => <When at={finishedAt ?? createdAt} />,
            },
          ]}
        />
      )}
    </Section>
  );
}

/** From a suite to its board; nothing where nothing was measured by it. */
export function BoardLink({ repositoryId }: { repositoryId: string }) {
  const api = useApi();
  const say = useWords(measurementWords);
  const input = { suiteRepositoryId: repositoryId, limit: 1 };
  const found = useQuery(api.assurance.listMeasurements.queryOptions({ input })).data;
  if (found === undefined || found.total === 0) return null;
  return <ButtonLink href={boardHref(repositoryId)}>{say('openBoard')}</ButtonLink>;
}
