import type { Clock } from './clock.ts';

/** Wakes this server's workers when a task is due, so that polling is only the fallback. */
export type TaskWaker = {
  add(name: string, workerId: string): void;
  /** Now, or at the instant if it lies within the hour. */
  wake(name: string, at?: Date): void;
  wakeAfter(name: string, milliseconds: number): void;
  stop(): void;
};

const WAIT_MS_MAX = 60 * 60 * 1000;
const TIMERS_MAX = 10_000;
/** The queue compares with the database's clock: a little later than due is never too early. */
const LATE_MS = 20;

export function createTaskWaker(
  options: { wake(workerId: string): void },
  uses: { clock: Clock },
): TaskWaker {
  const workers = new Map<string, string[]>();
  const timers = new Set<NodeJS.Timeout>();
  const wakeNow = (name: string) => {
    for (const workerId of workers.get(name) ?? []) options.wake(workerId);
  };
  const wakeAfter = (name: string, milliseconds: number) => {
    if (milliseconds <= 0) {
      wakeNow(name);
      return;
    }
    if (milliseconds > WAIT_MS_MAX || timers.size >= TIMERS_MAX) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      wakeNow(name);
    }, milliseconds + LATE_MS);
    timer.unref();
    timers.add(timer);
  };
  return {
    add(name, workerId) {
      workers.set(name, [...(workers.get(name) ?? []), workerId]);
    },
    wake(name, at) {
      wakeAfter(name, at ? at.getTime() - uses.clock.now().getTime() : 0);
    },
    wakeAfter,
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      workers.clear();
    },
  };
}
