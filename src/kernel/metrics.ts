import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

type Labels<Names extends string> = Record<Names, string>;

type MetricDeclaration<Names extends string> = {
  module: string;
  /** Ends in its unit, counters in `_total`: `revisions_published_total`, `wait_seconds`. */
  name: string;
  help: string;
  labels?: readonly Names[];
};

/** Numbers about the running server, named `touyan_<module>_<name>`, in Prometheus' text format. */
export type Metrics = {
  counter<Names extends string = never>(
    declaration: MetricDeclaration<Names>,
  ): { add(labels: Labels<Names>, count?: number): void };
  gauge<Names extends string = never>(
    declaration: MetricDeclaration<Names>,
  ): { set(labels: Labels<Names>, value: number): void };
  histogram<Names extends string = never>(
    declaration: MetricDeclaration<Names> & { buckets: readonly number[] },
  ): { observe(labels: Labels<Names>, value: number): void };
  /** What a scrape reads, with its content type. */
  text(): Promise<{ contentType: string; body: string }>;
};

/** A registry of its own; `processMetrics` adds memory, CPU and event loop under `touyan_process_`. */
export function createMetrics(options: { processMetrics: boolean }): Metrics {
  const register = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register, prefix: 'touyan_' });
  const settings = <Names extends string>(declaration: MetricDeclaration<Names>) => ({
    name: `touyan_${declaration.module}_${declaration.name}`,
    help: declaration.help,
    labelNames: [...(declaration.labels ?? [])],
    registers: [register],
  });
  return {
    counter(declaration) {
      const metric = new Counter(settings(declaration));
      return { add: (labels, count = 1) => metric.inc(labels, count) };
    },
    gauge(declaration) {
      const metric = new Gauge(settings(declaration));
      return { set: (labels, value) => metric.set(labels, value) };
    },
    histogram(declaration) {
      const metric = new Histogram({
        ...settings(declaration),
        buckets: [...declaration.buckets],
      });
      return { observe: (labels, value) => metric.observe(labels, value) };
    },
    text: async () => ({ contentType: register.contentType, body: await register.metrics() }),
  };
}
