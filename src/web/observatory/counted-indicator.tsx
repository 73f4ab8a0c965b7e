import { useInfiniteQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useFactSentence } from '#web/ledger/facts-of.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { Digest } from '#web/ui/copy-text.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { CountChart } from './count-chart.tsx';
import { evidenceHref, figureText, type IndicatorDetail, verifyHref } from './figures.ts';
import { words } from './words.ts';

/** An indicator that is counted: its periods, and the facts of the one that is chosen. */
export function CountedIndicator({ indicator }: { indicator: IndicatorDetail }) {
  const say = useWords(words);
  const pick = usePick();
  const [named, choose] = useQueryParameter('period');
  const { values, factKind, total, facts } = indicator;
  const chosen = values.find(({ period }) => period === named) ?? values.at(-1);
  return (
    <PageBody
      side={
        <Section title={say('method')}>
          <Properties
            rows={[
              [say('steps'), pick(indicator.method)],
              [say('factKind'), <code key="kind">{factKind}</code>],
              [say('total'), figureText(total ?? 0, indicator)],
              [say('facts'), say('factCount', { count: facts ?? 0 })],
            ]}
          />
        </Section>
      }
    >
      {chosen === undefined ? (
        <EmptyState what={say('nothingCounted')} why={say('nothingCountedWhy')} />
      ) : (
        <>
          <Section title={say('byPeriod')}>
            <CountChart indicator={indicator} />
            <Periods indicator={indicator} chosen={chosen.period} onChoose={choose} />
          </Section>
          <Facts key={chosen.period} indicator={indicator} period={chosen.period} />
        </>
      )}
    </PageBody>
  );
}

function Periods(props: {
  indicator: IndicatorDetail;
  chosen: string;
  onChoose: (period: string) => void;
}) {
  const { indicator, chosen, onChoose } = props;
  const say = useWords(words);
  const { indicatorId } = indicator;
  return (
    <PlainTable
      name={say('byPeriod')}
      rows={indicator.values.toReversed()}
      rowKey={({ period }) => period}
      columns={[
        {
          key: 'period',
          title: say('period'),
          cell: ({ period }) => (
            <Button
              kind="quiet"
              aria-pressed={period === chosen}
              {...(period === chosen ? { className: 'indicator-chosen' } : {})}
              onClick={() => onChoose(period)}
            >
              {period}
            </Button>
          ),
        },
        {
          key: 'value',
          title: say('value'),
          figures: true,
          cell: ({ value }) => figureText(value, indicator),
        },
        {
          key: 'state',
          title: say('state'),
          cell: ({ final }) => (
            <StateTag state={final ? 'done' : 'running'} label={say(final ? 'closed' : 'opened')} />
          ),
        },
        {
          key: 'evidence',
          title: say('evidence'),
          cell: ({ period, final }) =>
            final ? (
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
            ) : (
              say('openWhy')
            ),
        },
      ]}
    />
  );
}

const factsShown = 25;

function Facts({ indicator, period }: { indicator: IndicatorDetail; period: string }) {
  const api = useApi();
  const say = useWords(words);
  const sentence = useFactSentence();
  const { indicatorId } = indicator;
  const query = useInfiniteQuery(
    api.observatory.listFactsOf.infiniteOptions({
      input: (cursor: string | null) => ({
        indicatorId,
        period,
        limit: factsShown,
        ...(cursor === null ? {} : { cursor }),
      }),
      initialPageParam: null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  );
  return (
    <Section title={say('factsOf', { period })}>
      <p className="indicator-quiet">{say(indicator.disclosed ? 'factsWhy' : 'factsHidden')}</p>
      <Loaded query={query} lines={5}>
        {({ pages }) => (
          <>
            <p className="figures">{say('factCount', { count: pages[0]?.total ?? 0 })}</p>
            <PlainTable
              name={say('factsOf', { period })}
              rows={pages.flatMap(({ items }) => items)}
              rowKey={({ factId }) => factId}
              columns={[
                { key: 'fact', title: say('happened'), cell: ({ kind }) => sentence(kind) },
                { key: 'at', title: say('at'), cell: ({ time }) => <When at={time} /> },
                {
                  key: 'amount',
                  title: say('amount'),
                  figures: true,
                  cell: ({ amount }) => figureText(amount, indicator),
                },
                {
                  key: 'place',
                  title: say('logPlace'),
                  figures: true,
                  cell: ({ position }) => position ?? say('none'),
                },
                { key: 'id', title: say('fact'), cell: ({ factId }) => <Digest value={factId} /> },
              ]}
            />
            {query.hasNextPage && (
              <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {say('more')}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}
