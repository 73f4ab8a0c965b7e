/** What a model did in the last minute, in a ring of seconds that never grows. */

const SECONDS = 60;
/** Bounds of latency grow by a tenth, from 0.05 ms to over 10 minutes: what is said of one is at most 10 % too high. */
const STEP = 1.1;
const FIRST_MS = 0.05;
const BUCKETS = Math.ceil(Math.log(600_000 / FIRST_MS) / Math.log(STEP)) + 1;
const LOG_STEP = Math.log(STEP);

type Second = {
  /** Which second it is of; what it holds is of no other. */
  at: number;
  calls: number;
  runs: number;
  rows: number;
  latencies: Uint32Array;
  failures: Map<string, number>;
};

export type Latency = { p50: number; p95: number; p99: number };

export type LastMinute = {
  /** One run that answered calls, which came at `since`. Times in milliseconds that only grow. */
  answered(calls: readonly { since: number; rows: number | null }[], now: number): void;
  failed(code: string, now: number): void;
  view(now: number): {
    seconds: number;
    calls: number;
    callsPerSecond: number;
    latencyMs: Latency | null;
    failures: { code: string; count: number }[];
    batchMean: number | null;
  };
};

/** `start`: when counting began, so that the first minute is no longer than it was. */
export function createLastMinute(start: number): LastMinute {
  const ring: Second[] = [];
  const second = (now: number): Second => {
    const at = Math.floor(now / 1_000);
    const place = at % SECONDS;
    const held = ring[place];
    if (held?.at === at) return held;
    const latencies = held?.latencies.fill(0) ?? new Uint32Array(BUCKETS);
    const fresh = { at, calls: 0, runs: 0, rows: 0, latencies, failures: new Map() };
    ring[place] = fresh;
    return fresh;
  };
  return {
    answered(calls, now) {
      const current = second(now);
      current.calls += calls.length;
      current.runs += 1;
      for (const { since, rows } of calls) {
        current.rows += rows ?? 1;
        const place = bucketOf(now - since);
        current.latencies[place] = (current.latencies[place] ?? 0) + 1;
      }
    },
    failed(code, now) {
      const { failures } = second(now);
      failures.set(code, (failures.get(code) ?? 0) + 1);
    },
    view(now) {
      const from = Math.floor(now / 1_000) - SECONDS;
      const seconds = Math.max(1, Math.min(SECONDS, (now - start) / 1_000));
      const latencies = new Uint32Array(BUCKETS);
      const failures = new Map<string, number>();
      const sum = { calls: 0, runs: 0, rows: 0 };
      for (const one of ring) {
        if (!one || one.at <= from) continue;
        sum.calls += one.calls;
        sum.runs += one.runs;
        sum.rows += one.rows;
        for (let place = 0; place < BUCKETS; place += 1) {
          latencies[place] = (latencies[place] ?? 0) + (one.latencies[place] ?? 0);
        }
        for (const [code, count] of one.failures) {
          failures.set(code, (failures.get(code) ?? 0) + count);
        }
      }
      return {
        ...{ seconds: round(seconds), calls: sum.calls },
        callsPerSecond: round(sum.calls / seconds),
        latencyMs: sum.calls === 0 ? null : quantiles(latencies, sum.calls),
        failures: [...failures]
          .map(([code, count]) => ({ code, count }))
          .sort((left, right) => right.count - left.count),
        batchMean: sum.runs === 0 ? null : round(sum.rows / sum.runs),
      };
    },
  };
}

function bucketOf(milliseconds: number): number {
  if (milliseconds <= FIRST_MS) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(milliseconds / FIRST_MS) / LOG_STEP));
}

function quantiles(latencies: Uint32Array, count: number): Latency {
  const at = (share: number) => {
    let left = Math.ceil(count * share);
    for (let place = 0; place < BUCKETS; place += 1) {
      left -= latencies[place] ?? 0;
      if (left <= 0) return round(FIRST_MS * STEP ** place);
    }
    return round(FIRST_MS * STEP ** (BUCKETS - 1));
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

const round = (value: number): number => Math.round(value * 100) / 100;
