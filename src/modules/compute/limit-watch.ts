import type { Limits } from './isolation.ts';
import type { Reading } from './resource-group.ts';
import { type LimitReason, limitEnd } from './run-ends.ts';
import type { Verdict } from './verdict.ts';

const LOOK_EVERY_MS = 50;
/** A program that has given its last answer may take this long to end. */
const ENDING_MS_MAX = 1_000;

export type LimitWatch = {
  limits: Limits;
  verdict: Verdict;
  read(): Reading;
  /** See RowWorkerData.progress; null in batch mode. */
  progress: SharedArrayBuffer | null;
  /** Called at each look. */
  tick(): void;
  /** Ends the program without deciding why. */
  stopProgram(): void;
};

/** Looks at a running job every 50 ms, and decides its end when it passes a limit. Gives a stop. */
export function watchLimits(watch: LimitWatch): () => void {
  const { limits, verdict } = watch;
  const rows = watch.progress && new Int32Array(watch.progress);
  const started = performance.now();
  let answered = -1;
  let answeredAt = started;
  const look = () => {
    watch.tick();
    const now = performance.now();
    const reading = watch.read();
    const exceeded = exceededIn(reading, limits);
    if (exceeded) verdict.decide(limitEnd(exceeded, limits));
    if (now - started > limits.wallSeconds * 1000) verdict.decide(limitEnd('time_limit', limits));
    if (!rows) return;
    const phase = Atomics.load(rows, 1);
    const count = Atomics.load(rows, 0) + (phase === 2 ? 0.5 : 0);
    if (phase === 0 || count !== answered) {
      answered = count;
      answeredAt = now;
    } else if (phase === 1 && now - answeredAt > limits.rowSeconds * 1000) {
      verdict.decide(limitEnd('row_time_limit', limits));
    } else if (phase === 2 && now - answeredAt > ENDING_MS_MAX) watch.stopProgram();
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      verdict.decide({ reason: 'isolation_failed', detail: `The meters failed: ${error}.` });
    }
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

export function exceededIn({ exceeded, cpuMs }: Reading, limits: Limits): LimitReason | null {
  return exceeded ?? (cpuMs > limits.cpuSeconds * 1000 ? 'cpu_limit' : null);
}
