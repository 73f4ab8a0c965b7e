import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { formatMoney, formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Note } from '#web/ui/note.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { StateMark } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { words } from './words.ts';

/** The steps from certificate to indicators, each with the indicator that counts it. */
const steps = [
  { key: 'tier', indicator: 'tiers-assessed', href: '/governance' },
  { key: 'agreement', indicator: 'agreements-activated', href: '/exchange' },
  { key: 'deployment', indicator: 'deployments-created', href: '/serving' },
  { key: 'stream', indicator: 'observations-stored', href: '/city/things' },
  { key: 'incidents', indicator: 'incidents-closed', href: '/city' },
  { key: 'settlement', indicator: 'calls-settled', href: '/exchange' },
] as const;

/** How the loop goes on after the certificate: counted from facts, each number open to its own. */
export function LiveSteps() {
  const api = useApi();
  const say = useWords(words);
  const { data } = useQuery(
    api.observatory.listIndicators.queryOptions({ input: { source: 'platform', limit: 100 } }),
  );
  useLive('observatory.indicator', api.observatory.listIndicators.key());
  if (data === undefined) return null;
  const totals = new Map(data.items.map(({ indicatorId, total }) => [indicatorId, total ?? 0]));
  const amount = formatMoney(totals.get('amount-settled') ?? 0, 'CNY');
  return (
    <Section
      title={say('liveLoop')}
      action={
        <ButtonLink kind="quiet" icon="forward" href="/observatory">
          {say('toIndicators')}
        </ButtonLink>
      }
    >
      <ol className="steps live-steps">
        {steps.map(({ key, indicator, href }) => {
          const total = totals.get(indicator) ?? 0;
          const begun = total > 0;
          const state = begun ? 'done' : 'draft';
          return (
            <li key={key} className="step" data-state={state}>
              <span className="step-light">
                <StateMark state={state} />
              </span>
              <span className="step-text">
                <strong>
                  <To href={href}>{say(key)}</To>
                </strong>
                <span className="step-sentence">
                  {begun
                    ? say(`${key}Done`, { total: formatNumber(total, 0), amount })
                    : say('notBegun')}
                  {key === 'stream' && (totals.get('observations-replayed') ?? 0) > 0 && (
                    <>
                      {' '}
                      <Note kind="replayed" />
                    </>
                  )}
                </span>
              </span>
              {begun && (
                <To href={`/observatory/indicators/${indicator}`} className="step-why">
                  {say('itsFacts')}
                </To>
              )}
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
