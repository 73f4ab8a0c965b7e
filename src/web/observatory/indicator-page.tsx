import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { CountedIndicator } from './counted-indicator.tsx';
import { EnteredIndicator } from './entered-indicator.tsx';
import { figureWithUnit, type IndicatorDetail, trackMark } from './figures.ts';
import './observatory.css';
import { words } from './words.ts';

/** One indicator, which opens down to its sources or its facts. */
export function IndicatorPage() {
  const api = useApi();
  const indicatorId = useParameter('indicatorId');
  const query = useQuery(api.observatory.getIndicator.queryOptions({ input: { indicatorId } }));
  useLive('observatory.indicator', api.observatory.key());
  return (
    <LoadedPage query={query}>
      {(indicator) => (
        <>
          <Head indicator={indicator} />
          {indicator.source === 'entered' ? (
            <EnteredIndicator indicator={indicator} />
          ) : (
            <CountedIndicator indicator={indicator} />
          )}
        </>
      )}
    </LoadedPage>
  );
}

function Head({ indicator }: { indicator: IndicatorDetail }) {
  const say = useWords(words);
  const pick = usePick();
  const { track, total, actions, indicatorId } = indicator;
  const sum =
    total === null
      ? null
      : `${say('total')} ${figureWithUnit(total, indicator, pick(indicator.unit))}`;
  return (
    <PageHead
      name={pick(indicator.title)}
      parent={{ name: say('title'), href: '/observatory' }}
      {...(track === null
        ? {}
        : { state: <StateTag state={trackMark[track.state]} label={say(track.state)} /> })}
      why={track === null ? (sum ?? '') : say(track.reason)}
      {...(actions.includes('enter')
        ? {
            main: (
              <ButtonLink kind="main" href={`/observatory/enter?indicator=${indicatorId}`}>
                {say('enter')}
              </ButtonLink>
            ),
          }
        : {})}
    />
  );
}
