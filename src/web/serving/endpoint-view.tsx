import type { Outputs } from '#web/contracts.ts';
import { type Say, useWords } from '#web/i18n.ts';
import { StateTag } from '#web/ui/state-tag.tsx';
import './endpoint.css';
import { endpointListWords } from './endpoint-list-words.ts';

export type Endpoint = Outputs['serving']['listEndpoints']['items'][number];
export type EndpointDetail = Outputs['serving']['getEndpoint'];
export type Traffic = Endpoint['traffic'];
export type Named = (trialId: string) => string;

export const endpointHref = (endpointId: string): string => `/serving/endpoints/${endpointId}`;

export function EndpointState({ state }: Pick<Endpoint, 'state'>) {
  const say = useWords(endpointListWords);
  return <StateTag state={state === 'open' ? 'running' : 'expired'} label={say(state)} />;
}

/** Traffic in one line: what each side gets. */
export function trafficText(
  { primary, canary, shadow }: Traffic,
  named: Named,
  say: Say<typeof endpointListWords.pairs>,
): string {
  const part = (side: string, percent: number, trialId: string) =>
    `${say('share', { side, percent })} ${named(trialId)}`;
  return [
    part(say('primary'), 100 - (canary?.percent ?? 0), primary),
    ...(canary ? [part(say('canary'), canary.percent, canary.trialId)] : []),
    ...(shadow ? [part(say('shadow'), shadow.percent, shadow.trialId)] : []),
  ].join(' · ');
}

/** Who answers which share of the calls, and below it who gets copies. */
export function TrafficBar({ traffic, named }: { traffic: Traffic; named: Named }) {
  const say = useWords(endpointListWords);
  const { primary, canary, shadow } = traffic;
  const parts = [
    { side: 'primary' as const, percent: 100 - (canary?.percent ?? 0), trialId: primary },
    ...(canary ? [{ side: 'canary' as const, ...canary }] : []),
  ];
  return (
    <div className="traffic">
      <Bar shares={parts} />
      {shadow && <Bar shares={[{ side: 'shadow', percent: shadow.percent }]} />}
      <ul className="traffic-legend">
        {[...parts, ...(shadow ? [{ side: 'shadow' as const, ...shadow }] : [])].map(
          ({ side, percent, trialId }) => (
            <li key={side} data-side={side}>
              <strong>{say('share', { side: say(side), percent })}</strong> {named(trialId)}
            </li>
          ),
        )}
      </ul>
    </div>
  );
}

/** Shares of a hundred, one beside the other. */
function Bar({ shares }: { shares: readonly { side: string; percent: number }[] }) {
  const from = (place: number) =>
    shares.slice(0, place).reduce((sum, { percent }) => sum + percent, 0);
  return (
    <svg className="traffic-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      {shares.map(({ side, percent }, place) => (
        <rect key={side} data-side={side} x={from(place)} width={percent} height="1" />
      ))}
    </svg>
  );
}
