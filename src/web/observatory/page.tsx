import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { NumberTile } from '#web/ui/number-tile.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { figureText, figureWithUnit, type Indicator, trackMark } from './figures.ts';
import './observatory.css';
import { ObservatoryTabs } from './observatory-tabs.tsx';
import { words } from './words.ts';

const limit = 100;

/** All indicators: the plan's targets with where they stand, and what the platform produced. */
export function ObservatoryPage() {
  const api = useApi();
  const say = useWords(words);
  const query = useQuery(api.observatory.listIndicators.queryOptions({ input: { limit } }));
  const targets = useQuery(api.observatory.listTargets.queryOptions({ input: { limit } }));
  useLive('observatory.indicator', api.observatory.listIndicators.key());
  return (
    <>
      <PageHead name={say('title')} why={say('why')} />
      <ObservatoryTabs />
      <Loaded query={query} lines={10}>
        {({ items }) => (
          <>
            <section className="indicator-part">
              <h2>{say('targets')}</h2>
              <p className="indicator-quiet">{say('targetsWhy')}</p>
              <div className="indicator-cards">
                {items
                  .filter(({ source }) => source === 'entered')
                  .map((indicator) => (
                    <TargetCard
                      key={indicator.indicatorId}
                      indicator={indicator}
                      target={targets.data?.items.find(
                        ({ targetId }) => targetId === indicator.targetId,
                      )}
                    />
                  ))}
              </div>
            </section>
            <section className="indicator-part">
              <h2>{say('counted')}</h2>
              <p className="indicator-quiet">{say('countedWhy')}</p>
              <div className="indicator-cards">
                {items
                  .filter(({ source }) => source === 'platform')
                  .map((indicator) => (
                    <CountTile
                      key={indicator.indicatorId}
                      indicator={indicator}
                      at={indicator.latest?.at ?? new Date(query.dataUpdatedAt).toISOString()}
                    />
                  ))}
              </div>
            </section>
          </>
        )}
      </Loaded>
    </>
  );
}

type TargetCardProps = {
  indicator: Indicator;
  target: { value: number; year: number; approximate: boolean } | undefined;
};

function TargetCard({ indicator, target }: TargetCardProps) {
  const say = useWords(words);
  const pick = usePick();
  const { track, latest, title, indicatorId } = indicator;
  const unit = pick(indicator.unit);
  return (
    <To className="indicator-card" href={`/observatory/indicators/${indicatorId}`}>
      <span className="indicator-card-head">
        <span>{pick(title)}</span>
        {track !== null && <StateTag state={trackMark[track.state]} label={say(track.state)} />}
      </span>
      <span className="indicator-figure figures">
        {latest === null ? say('none') : figureText(latest.value, indicator)}
        <small>{latest === null ? '' : `${unit} · ${latest.period}`}</small>
      </span>
      {target !== undefined && (
        <>
          <Meter
            value={latest?.value ?? 0}
            expected={track?.expected ?? null}
            goal={target.value}
          />
          <small className="figures">
            {say('target')}{' '}
            {say(target.approximate ? 'aboutOf' : 'targetOf', {
              year: String(target.year),
              value: figureWithUnit(target.value, indicator, unit),
            })}
          </small>
        </>
      )}
      {track !== null && <small>{say(track.reason)}</small>}
    </To>
  );
}

/** How far a value has come towards its goal, and where the path is. The figures stand beside it. */
function Meter(props: { value: number; expected: number | null; goal: number }) {
  const { value, expected, goal } = props;
  const share = (part: number) => 100 * Math.min(1, Math.max(0, part / goal));
  return (
    <svg
      className="indicator-meter"
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect className="indicator-meter-all" y="1" width="100" height="6" />
      <rect className="indicator-meter-value" y="1" width={share(value)} height="6" />
      {expected !== null && (
        <rect
          className="indicator-meter-path"
          x={Math.min(99, share(expected))}
          width="1"
          height="8"
        />
      )}
    </svg>
  );
}

function CountTile({ indicator, at }: { indicator: Indicator; at: string }) {
  const pick = usePick();
  const { indicatorId, title, total, recent, format } = indicator;
  return (
    <NumberTile
      label={pick(title)}
      value={figureText(total ?? 0, indicator)}
      unit={format === 'money_minor' ? '' : pick(indicator.unit)}
      at={at}
      href={`/observatory/indicators/${indicatorId}`}
      course={recent.map(({ value }) => value)}
    />
  );
}
