/** What Triton's statistics extension says of a model (docs/protocol/extension_statistics.md), on this server since its start. */

type Duration = { count: number; ns: number };

type StatisticsView = {
  last_inference: number;
  inference_count: number;
  execution_count: number;
  inference_stats: Record<string, Duration>;
  batch_stats: { batch_size: number; compute_infer: Duration }[];
};

export type ModelStatistics = {
  /** Calls that one run answered. `began` and `ended` in milliseconds as `performance.now` has them, `run` in nanoseconds. */
  answered(
    calls: readonly { rows: number | null; since: number }[],
    took: { began: number; run: number; ended: number },
  ): void;
  refused(milliseconds: number): void;
  view(): StatisticsView;
};

const SIZES_MAX = 1_000;
const KINDS = ['success', 'fail', 'queue', 'compute_input', 'compute_infer', 'compute_output'];

export function createModelStatistics(): ModelStatistics {
  const durations = new Map<string, Duration>();
  const sizes = new Map<number, Duration>();
  let last = 0;
  let inferences = 0;
  let executions = 0;
  const add = (kind: string, ns: number, count = 1) => {
    const duration = durations.get(kind) ?? { count: 0, ns: 0 };
    duration.count += count;
    duration.ns += Math.round(ns);
    durations.set(kind, duration);
  };
  return {
    answered(calls, { began, run, ended }) {
      const count = calls.length;
      let rows = 0;
      for (const call of calls) {
        rows += call.rows ?? 1;
        add('success', (ended - call.since) * 1e6);
        add('queue', (began - call.since) * 1e6);
      }
      add('compute_infer', run * count, count);
      // What is neither waiting nor the model itself: to its process and back.
      const between = Math.max(0, (ended - began) * 1e6 - run) / 2;
      add('compute_input', between * count, count);
      add('compute_output', between * count, count);
      inferences += rows;
      executions += 1;
      last = Date.now();
      const size = sizes.get(rows) ?? { count: 0, ns: 0 };
      size.count += 1;
      size.ns += Math.round(run);
      if (sizes.size < SIZES_MAX) sizes.set(rows, size);
    },
    refused: (milliseconds) => add('fail', milliseconds * 1e6),
    view: () => ({
      last_inference: last,
      inference_count: inferences,
      execution_count: executions,
      inference_stats: Object.fromEntries(
        KINDS.map((kind) => [kind, durations.get(kind) ?? { count: 0, ns: 0 }]),
      ),
      batch_stats: [...sizes].map(([batch_size, compute_infer]) => ({ batch_size, compute_infer })),
    }),
  };
}
