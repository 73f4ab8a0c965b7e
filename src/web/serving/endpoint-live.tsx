import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Properties, Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { To } from '#web/ui/to.tsx';
import type { EndpointDetail } from './endpoint-view.tsx';
import { endpointWords } from './endpoint-words.ts';
import { trialHref } from './trial-view.tsx';

type OneTrial = EndpointDetail['trials'][number];
const REPLICAS_MAX = 64;
const nothing = '–';

/** How the trials of an endpoint did in the last minute, side by side, and how its traffic went. */
export function EndpointLive({ endpoint }: { endpoint: EndpointDetail }) {
  const say = useWords(endpointWords);
  const [scaling, setScaling] = useState<OneTrial | null>(null);
  const milliseconds = (value: number | undefined) =>
    value === undefined ? nothing : say('milliseconds', { value: formatNumber(value, 1) });
  const figure = (
    key: 'p50' | 'p95' | 'p99',
  ): { key: string; title: string; figures: true; cell: (one: OneTrial) => string } => ({
    ...{ key, title: say(key), figures: true },
    cell: ({ live }) => milliseconds(live.latencyMs?.[key]),
  });
  return (
    <>
      <Section title={say('now')}>
        <p className="serving-quiet">{say('nowWhy')}</p>
        <PlainTable
          name={say('now')}
          rows={endpoint.trials}
          rowKey={({ side }) => side}
          columns={[
            {
              key: 'side',
              title: say('side'),
              cell: ({ side }) => <span className="endpoint-side">{say(side)}</span>,
            },
            {
              key: 'trial',
              title: say('trial'),
              cell: ({ trialId, name, revisionNumber: number, state }) => (
                <>
                  <To href={trialHref(trialId)}>{say('trialNamed', { name, number })}</To>
                  {state !== 'open' && ` · ${say(state)}`}
                </>
              ),
            },
            {
              key: 'rate',
              title: say('rate'),
              figures: true,
              cell: ({ live }) => formatNumber(live.callsPerSecond, 1),
            },
            ...[figure('p50'), figure('p95'), figure('p99')],
            {
              key: 'failures',
              title: say('failures'),
              figures: true,
              cell: ({ live: { failures } }) => <Failures failures={failures} />,
            },
            {
              key: 'waiting',
              title: say('waiting'),
              figures: true,
              cell: (one) => one.live.waiting,
            },
            {
              key: 'batch',
              title: say('batch'),
              figures: true,
              cell: ({ live: { batchMean } }) =>
                batchMean === null ? nothing : formatNumber(batchMean, 1),
            },
            {
              key: 'replicas',
              title: say('replicas'),
              cell: ({ live }) => <Replicas live={live} />,
            },
            ...(endpoint.actions.includes('scale')
              ? [
                  {
                    key: 'scale',
                    title: say('scale'),
                    cell: (one: OneTrial) =>
                      one.state !== 'ended' && (
                        <Button
                          kind="quiet"
                          aria-label={say('scaleOf', { name: one.name })}
                          onClick={() => setScaling(one)}
                        >
                          {say('scale')}
                        </Button>
                      ),
                  },
                ]
              : []),
          ]}
        />
      </Section>
      <Counts endpoint={endpoint} />
      {scaling !== null && (
        <Scale key={scaling.trialId} trial={scaling} onClose={() => setScaling(null)} />
      )}
    </>
  );
}

function Failures({ failures }: Pick<OneTrial['live'], 'failures'>) {
  const sum = failures.reduce((count, one) => count + one.count, 0);
  if (sum === 0) return 0;
  return (
    <span title={failures.map(({ code, count }) => `${code} ${count}`).join(', ')}>
      {formatNumber(sum)}
    </span>
  );
}

function Replicas({ live }: Pick<OneTrial, 'live'>) {
  const say = useWords(endpointWords);
  const { replicas, replicasMin: min, replicasMax: max } = live;
  const { awake, loading } = replicas;
  return loading === 0
    ? say('replicasNow', { awake, min, max })
    : say('replicasLoading', { awake, loading, min, max });
}

function Counts({ endpoint: { counts, traffic } }: { endpoint: EndpointDetail }) {
  const say = useWords(endpointWords);
  const times = (count: number) => say('callsCount', { count });
  return (
    <Section title={say('counts')}>
      <Properties
        rows={[
          [say('countPrimary'), times(counts.primary)],
          ...(traffic.canary === null
            ? []
            : ([
                [say('countCanary'), times(counts.canary)],
                [say('countCanaryFailed'), times(counts.canaryFailed)],
              ] as const)),
          ...(traffic.shadow === null
            ? []
            : ([
                [
                  say('countShadow'),
                  say('shadowCounts', {
                    same: formatNumber(counts.shadowSame),
                    different: formatNumber(counts.shadowDifferent),
                    failed: formatNumber(counts.shadowFailed),
                    dropped: formatNumber(counts.shadowDropped),
                  }),
                ],
              ] as const)),
        ]}
      />
    </Section>
  );
}

function Scale({ trial, onClose }: { trial: OneTrial; onClose: () => void }) {
  const api = useApi();
  const say = useWords(endpointWords);
  const queries = useQueryClient();
  const { trialId, name, live } = trial;
  const [min, setMin] = useState(String(live.replicasMin));
  const [max, setMax] = useState(String(live.replicasMax));
  const [replicasMin, replicasMax] = [wholeOf(min), wholeOf(max)];
  const problem = (value: number | null, from: number, to: number) =>
    value === null || value < from || value > to
      ? say('wholeNumber', { min: from, max: to })
      : undefined;
  const minProblem = problem(replicasMin, 0, REPLICAS_MAX);
  const maxProblem = problem(replicasMax, Math.max(1, replicasMin ?? 1), REPLICAS_MAX);
  return (
    <Ask
      open
      onClose={onClose}
      title={say('scaleOf', { name })}
      verb={say('scale')}
      done={say('scaleDone')}
      ready={minProblem === undefined && maxProblem === undefined}
      send={async () => {
        if (replicasMin === null || replicasMax === null) return;
        await api.serving.scaleTrial.call({ trialId, replicasMin, replicasMax });
        await queries.invalidateQueries({ queryKey: api.serving.key() });
      }}
    >
      <p>{say('scaleWhy')}</p>
      <PlainText
        name="min"
        label={say('scaleMin')}
        inputMode="numeric"
        required
        value={min}
        onChange={setMin}
        problem={minProblem}
      />
      <PlainText
        name="max"
        label={say('scaleMax')}
        inputMode="numeric"
        required
        value={max}
        onChange={setMax}
        problem={maxProblem}
      />
    </Ask>
  );
}

/** The whole number that a field holds; null where it holds none. */
export function wholeOf(text: string): number | null {
  return /^\d{1,4}$/.test(text.trim()) ? Number(text) : null;
}
