import type { Metrics } from '#kernel/metrics.ts';
import type { ModelRunner } from './model-runner.ts';

/** How often the last minute is summed up for who scrapes metrics. */
const SUM_EVERY_MS = 5_000;

/** What the models of this server do, as metrics by trial. To be called often; it sums up now and then. */
export function createModelGauges(metrics: Metrics) {
  const gauge = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
    metrics.gauge({ module: 'serving', name, help, labels });
  const waiting = gauge('model_calls_waiting', 'Calls of a trial that wait here.', ['trial']);
  const replicas = gauge('model_replicas', 'Processes of a trial here, by their state.', [
    ...['trial' as const, 'state' as const],
  ]);
  const rate = gauge('model_calls_per_second', 'Answers of a trial here, over the last minute.', [
    'trial',
  ]);
  const latency = gauge(
    'model_latency_seconds',
    'Time to the answer of a trial here, over the last minute.',
    ['trial', 'quantile'],
  );
  const failures = gauge('model_failures', 'Calls that failed here in the last minute, by code.', [
    ...['trial' as const, 'code' as const],
  ]);
  const batch = gauge('model_batch_rows', 'Mean rows of a run here, over the last minute.', [
    'trial',
  ]);
  let sumAfter = 0;
  /** What was set of each trial, so that what is over shows as 0. */
  const failed = new Map<string, Set<string>>();
  const known = new Set<string>();

  const sum = (trial: string, runner: Pick<ModelRunner, 'live'> | undefined) => {
    const live = runner?.live();
    waiting.set({ trial }, live?.waiting ?? 0);
    replicas.set({ trial, state: 'awake' }, live?.replicas.awake ?? 0);
    replicas.set({ trial, state: 'loading' }, live?.replicas.loading ?? 0);
    rate.set({ trial }, live?.callsPerSecond ?? 0);
    batch.set({ trial }, live?.batchMean ?? 0);
    const { p50 = 0, p95 = 0, p99 = 0 } = live?.latencyMs ?? {};
    for (const [quantile, value] of Object.entries({ '0.5': p50, '0.95': p95, '0.99': p99 })) {
      latency.set({ trial, quantile }, value / 1_000);
    }
    const codes = failed.get(trial) ?? new Set<string>();
    for (const code of codes) failures.set({ trial, code }, 0);
    for (const { code, count } of live?.failures ?? []) {
      codes.add(code);
      failures.set({ trial, code }, count);
    }
    failed.set(trial, codes);
  };

  return (runners: ReadonlyMap<string, Pick<ModelRunner, 'live'>>): void => {
    const now = performance.now();
    if (now < sumAfter) return;
    sumAfter = now + SUM_EVERY_MS;
    for (const trial of new Set([...known, ...runners.keys()])) {
      sum(trial, runners.get(trial));
      if (runners.has(trial)) known.add(trial);
      else known.delete(trial);
    }
  };
}
