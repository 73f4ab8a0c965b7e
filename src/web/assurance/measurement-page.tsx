import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { LongWork } from '#web/ui/long-work.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import './assurance.css';
import { scoreText } from './evaluation-score.ts';
import { IntervalBar } from './interval-bar.tsx';
import { useMeasure } from './measure-control.tsx';
import { MeasurementCases } from './measurement-cases.tsx';
import { MeasurementRepeats } from './measurement-repeats.tsx';
import { boardHref, measurementHref } from './measurement-score.tsx';
import { measurementWords } from './measurement-words.ts';
import { figureText, useMetricName } from './metric-name.ts';

export type MeasurementDetail = Outputs['assurance']['getMeasurement'];
type Of = { measurement: MeasurementDetail };

/** The figures that are the score itself, which stands above them. */
const scoreFigures = new Set([
  ...['accuracy', 'averagePrecision50', 'characterErrorRate', 'f1', 'spearman'],
]);

/** One measurement: its score, what it rests on, its repeats, and every case. */
export function MeasurementPage() {
  const api = useApi();
  const measurementId = useParameter('measurementId');
  const query = useQuery(api.assurance.getMeasurement.queryOptions({ input: { measurementId } }));
  useLive('assurance.measurement', api.assurance.key());
  return <LoadedPage query={query}>{(found) => <Found measurement={found} />}</LoadedPage>;
}

function Found({ measurement }: Of) {
  const { state, actions } = measurement;
  return (
    <>
      <Head measurement={measurement} />
      <PageBody side={<Side measurement={measurement} />}>
        <Score measurement={measurement} />
        {(state === 'waiting' || state === 'running') && <Course measurement={measurement} />}
        <MeasurementRepeats measurement={measurement} />
        {actions.includes('cases') && <MeasurementCases measurement={measurement} />}
      </PageBody>
    </>
  );
}

function Head({ measurement }: Of) {
  const api = useApi();
  const say = useWords(measurementWords);
  const pick = usePick();
  const queries = useQueryClient();
  const measure = useMeasure();
  const [asking, setAsking] = useState(false);
  const { measurementId, state, reason, suite, title, trialId, actions } = measurement;
  const deed = actions.find((action) => action === 'measure' || action === 'stop');
  const why = state === 'failed' ? '' : say(`${state}Why`);
  const send = async () => {
    if (deed === 'measure') {
      const { repositoryId, revisionDigest } = suite;
      return measure(trialId, { repositoryId, revisionDigest });
    }
    await api.assurance.stopMeasurement.call({ measurementId });
    await queries.invalidateQueries({ queryKey: api.assurance.key() });
  };
  const verb = say(deed === 'stop' ? 'stop' : 'again');
  return (
    <>
      <PageHead
        name={`${pick(title)} · ${pick(suite.name)}`}
        parent={{ name: say('suites'), href: boardHref(suite.repositoryId) }}
        state={<StateTag state={state} label={say(state)} />}
        why={
          <>
            {reason === null ? why : pick(reason.sentence)}{' '}
            {measurement.repeatOf !== null && (
              <>
                {say('repeatOf')}{' '}
                <To href={measurementHref(measurement.repeatOf)}>{say('openFirst')}</To>
              </>
            )}
          </>
        }
        main={
          deed !== undefined && (
            <Button kind={deed === 'measure' ? 'main' : 'plain'} onClick={() => setAsking(true)}>
              {verb}
            </Button>
          )
        }
      />
      {deed !== undefined && (
        <Ask
          open={asking}
          onClose={() => setAsking(false)}
          title={verb}
          verb={verb}
          danger={deed === 'stop'}
          done={say(deed === 'stop' ? 'stopDone' : 'measureDone')}
          send={send}
        >
          <p>{say(deed === 'stop' ? 'stopWhy' : 'againWhy')}</p>
        </Ask>
      )}
    </>
  );
}

function Score({ measurement }: Of) {
  const say = useWords(measurementWords);
  const metricName = useMetricName();
  const { score, interval, metric, better, figures, suite } = measurement;
  if (score === null) return null;
  const beside = Object.entries(figures ?? {}).filter(([name]) => !scoreFigures.has(name));
  return (
    <Section title={metricName(metric)} action={<ScoreTrust measurement={measurement} />}>
      <p className="evaluation-figure figures">{scoreText(score)}</p>
      {interval !== null && <IntervalBar score={score} {...interval} />}
      <p className="evaluation-quiet figures">
        {interval === null
          ? say('noInterval')
          : say('interval', { low: scoreText(interval.low), high: scoreText(interval.high) })}
        {better === 'lower' && ` · ${say('lower')}`}
        {!suite.independent && ` · ${say('ownWhy')}`}
      </p>
      <dl className="evaluation-numbers" aria-label={say('figures')}>
        {beside.map(([name, value]) => (
          <div key={name}>
            <dt>{metricName(name)}</dt>
            <dd className="figures">{figureText(name, value)}</dd>
          </div>
        ))}
        <div>
          <dt>{say('failedCases')}</dt>
          <dd className="figures">
            {measurement.casesFailed} / {measurement.cases}
          </dd>
        </div>
      </dl>
    </Section>
  );
}

function ScoreTrust({ measurement }: Of) {
  const say = useWords(measurementWords);
  const metricName = useMetricName();
  const { factId, score, metric, cases, finishedAt, createdAt } = measurement;
  if (factId === null || score === null) return null;
  const named = [
    [say('d_revision'), measurement.revisionDigest],
    [say('d_suite'), measurement.suite.revisionDigest],
    [say('d_environment'), measurement.environmentDigest],
    [say('d_outputs'), measurement.outputsDigest],
  ] as const;
  return (
    <TrustDrawer
      trust={{
        sentence: say('trustSentence', {
          ...{ metric: metricName(metric), score: scoreText(score), cases },
        }),
        ...{ factId, at: finishedAt ?? createdAt, level: 'included' },
        digests: named.flatMap(([name, value]) => (value === null ? [] : [{ name, value }])),
      }}
    />
  );
}

function Course({ measurement }: Of) {
  const say = useWords(measurementWords);
  const { state, startedAt, casesDone, cases } = measurement;
  const asked = casesDone >= cases;
  return (
    <LongWork
      title={say('course')}
      meanwhile={say('meanwhile')}
      steps={[
        {
          ...{ key: 'ask', label: say('asking'), state: asked ? 'done' : state },
          note: say('progress', { done: casesDone, all: cases }),
          ...(startedAt === null ? {} : { startedAt }),
        },
        { key: 'judge', label: say('judging'), state: asked ? 'running' : 'draft' },
      ]}
    />
  );
}

function Side({ measurement }: Of) {
  const say = useWords(measurementWords);
  const pick = usePick();
  const { suite, repositoryId, trialId, medianMs, p90Ms, finishedAt } = measurement;
  return (
    <Section title={say('setting')}>
      <Properties
        rows={[
          [
            say('algorithm'),
            <To
              key="algorithm"
              href={`/hub/${repositoryId}?revision=${measurement.revisionDigest}`}
            >
              {pick(measurement.title)}
            </To>,
          ],
          [say('version'), say('versionNumber', { number: measurement.revisionNumber })],
          [say('file'), <code key="file">{measurement.path}</code>],
          [
            say('trial'),
            <To key="trial" href={`/serving/deployments/${trialId}`}>
              {trialId.slice(-6)}
            </To>,
          ],
          [say('task'), measurement.task],
          [
            say('suite'),
            <To key="suite" href={`/hub/${suite.repositoryId}?revision=${suite.revisionDigest}`}>
              {pick(suite.name)}
            </To>,
          ],
          [say('cases'), String(measurement.cases)],
          [say('source'), measurement.source],
          [say('licence'), measurement.licence],
          ...(medianMs === null || p90Ms === null
            ? []
            : [
                [
                  say('latency'),
                  say('latencyText', {
                    median: formatNumber(medianMs, 1),
                    p90: formatNumber(p90Ms, 1),
                  }),
                ] as const,
              ]),
          [say('owner'), <PartyName key="owner" id={measurement.ownerId} />],
          [say('requestedBy'), <PartyName key="by" id={measurement.requestedBy} />],
          [say('when'), <When key="when" at={finishedAt ?? measurement.createdAt} />],
        ]}
      />
    </Section>
  );
}
