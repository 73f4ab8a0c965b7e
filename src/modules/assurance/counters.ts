/** What a job used, as `compute` measures it; null where it does not. */
export type Measured = {
  rowsAnswered: number | null;
  wallMs: number;
  memoryBytesMax: number;
};

/** What may be told of a run on hidden data: each a power of two, so a few bits at most. */
export type Counters = { rowsAnswered: number | null; wallSeconds: number; memoryMiB: number };

/**
 * A count rounded up to a power of two; 0 stays 0. A program decides how many rows it answers, how
 * long it runs and what it takes, so exact counts would carry out what it saw.
 */
export function bounded(count: number): number {
  if (!(count > 0)) return 0;
  return 2 ** Math.ceil(Math.log2(Math.min(Math.max(count, 1), 2 ** 40)));
}

export function boundedCounters({ rowsAnswered, wallMs, memoryBytesMax }: Measured): Counters {
  return {
    rowsAnswered: rowsAnswered === null ? null : bounded(rowsAnswered),
    wallSeconds: bounded(wallMs / 1_000),
    memoryMiB: bounded(memoryBytesMax / 1_048_576),
  };
}
