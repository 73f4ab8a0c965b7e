import type { Metrics } from '#kernel/metrics.ts';
import type { TrafficCounts } from './endpoint-entities.ts';

/** How the traffic of each endpoint goes on this server; begun anew with each change of the traffic. */
export type TrafficTally = {
  add(endpoint: { id: string; version: number }, outcome: keyof TrafficCounts): void;
  view(endpoint: { id: string; version: number }): TrafficCounts;
};

const ENDPOINTS_MAX = 10_000;

const nothing: TrafficCounts = {
  ...{ primary: 0, canary: 0, canaryFailed: 0 },
  ...{ shadowSame: 0, shadowDifferent: 0, shadowFailed: 0, shadowDropped: 0 },
};

export function createTrafficTally({ metrics }: { metrics: Metrics }): TrafficTally {
  const held = new Map<string, { version: number; counts: TrafficCounts }>();
  const outcomes = metrics.counter({
    ...{ module: 'serving', name: 'endpoint_calls_total' },
    help: 'Calls of endpoints, and copies of calls for their shadows, by outcome.',
    labels: ['endpoint', 'outcome'],
  });
  return {
    add({ id, version }, outcome) {
      outcomes.add({ endpoint: id, outcome });
      const known = held.get(id);
      if (known && known.version > version) return;
      if (known?.version === version) {
        known.counts[outcome] += 1;
        return;
      }
      if (held.size >= ENDPOINTS_MAX) held.clear();
      held.set(id, { version, counts: { ...nothing, [outcome]: 1 } });
    },
    view({ id, version }) {
      const known = held.get(id);
      return known?.version === version ? { ...known.counts } : { ...nothing };
    },
  };
}
