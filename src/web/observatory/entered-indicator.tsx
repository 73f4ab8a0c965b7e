import { usePick, useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import {
  evidenceHref,
  figureText,
  figureWithUnit,
  type IndicatorDetail,
  verifyHref,
} from './figures.ts';
import { TargetChart } from './target-chart.tsx';
import { words } from './words.ts';

/** An indicator that people enter: its path, its values by year and what proves them. */
export function EnteredIndicator({ indicator }: { indicator: IndicatorDetail }) {
  const say = useWords(words);
  return (
    <PageBody side={<Target indicator={indicator} />}>
      <Section title={say('chart')}>
        <TargetChart indicator={indicator} />
      </Section>
      {indicator.values.length === 0 ? (
        <EmptyState what={say('nothingEntered')} why={say('nothingEnteredWhy')} />
      ) : (
        <Values indicator={indicator} />
      )}
    </PageBody>
  );
}

function Target({ indicator }: { indicator: IndicatorDetail }) {
  const say = useWords(words);
  const pick = usePick();
  const { target, track, method } = indicator;
  const unit = pick(indicator.unit);
  const figure = (value: number | null | undefined) =>
    value === null || value === undefined ? say('none') : figureWithUnit(value, indicator, unit);
  return (
    <>
      {target !== null && (
        <Section title={say('quote')}>
          <blockquote className="indicator-quote" lang="zh">
            {target.quote}
          </blockquote>
          <p className="indicator-quiet">{pick(target.place)}</p>
        </Section>
      )}
      <Section title={say('target')}>
        <Properties
          rows={[
            ...(target === null
              ? []
              : [
                  [
                    say('target'),
                    say(target.approximate ? 'aboutOf' : 'targetOf', {
                      year: String(target.year),
                      value: figure(target.value),
                    }),
                  ] as const,
                  [say('path'), say(target.shape)] as const,
                ]),
            [say('expected'), figure(track?.expected)],
            ...(track?.projected === null || track?.projected === undefined
              ? []
              : [[say('projected'), figure(track.projected)] as const]),
            [say('method'), pick(method)],
          ]}
        />
      </Section>
    </>
  );
}

function Values({ indicator }: { indicator: IndicatorDetail }) {
  const say = useWords(words);
  const pick = usePick();
  const { indicatorId } = indicator;
  return (
    <Section
      title={`${say('yearByYear')} · ${pick(indicator.unit)}`}
      action={<To href={`/observatory/values?indicator=${indicatorId}`}>{say('history')}</To>}
    >
      <PlainTable
        name={say('yearByYear')}
        rows={indicator.values.toReversed()}
        rowKey={({ period }) => period}
        columns={[
          {
            key: 'period',
            title: say('period'),
            cell: ({ period, valueId }) =>
              valueId === null ? period : <To href={`/observatory/values/${valueId}`}>{period}</To>,
          },
          {
            key: 'value',
            title: say('value'),
            figures: true,
            cell: ({ value }) => figureText(value, indicator),
          },
          {
            key: 'vintage',
            title: say('vintage'),
            cell: ({ vintage }) => (vintage === null ? '' : say('vintageOf', { vintage })),
          },
          { key: 'at', title: say('at'), cell: ({ at }) => <When at={at} /> },
          {
            key: 'evidence',
            title: say('evidence'),
            cell: ({ period }) => (
              <span className="indicator-actions">
                <ButtonLink kind="quiet" icon="verify" href={verifyHref(indicatorId, period)}>
                  {say('verify')}
                </ButtonLink>
                <ButtonLink
                  kind="quiet"
                  icon="download"
                  href={evidenceHref(indicatorId, period)}
                  download={`${indicatorId}-${period}.json`}
                >
                  {say('download')}
                </ButtonLink>
              </span>
            ),
          },
        ]}
      />
    </Section>
  );
}
