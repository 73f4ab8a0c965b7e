import { setTimeout as pause } from 'node:timers/promises';
import type { Failure } from '#kernel/errors.ts';
import { type ModelSession, ModelSessionEnded } from '#modules/compute';
import type { ServingOptions } from '../config.ts';
import { loadFailure } from './model-refusals.ts';

/** One process of a model, which may be there or not. */
export type ModelProcess = {
  /** It goes through the calls that wait. */
  working: boolean;
  /** When it last worked, in milliseconds that only grow. */
  usedAt: number;
  /** Null unless it is loaded and lives. */
  live(): ModelSession | null;
  loading(): boolean;
  /** It was loaded, and ended by itself. */
  crashed(): boolean;
  /** Loads it, where it is not; one load at a time. Throws as `ModelStarts.open` does. */
  open(): Promise<ModelSession>;
  close(): Promise<void>;
};

export function createModelProcess(load: () => Promise<ModelSession>): ModelProcess {
  let session: ModelSession | null = null;
  let opening: Promise<ModelSession> | null = null;
  const live = () => (session !== null && session.end() === null ? session : null);
  return {
    working: false,
    usedAt: performance.now(),
    live,
    loading: () => opening !== null,
    crashed() {
      const end = session?.end() ?? null;
      return end !== null && end.reason !== 'cancelled';
    },
    open() {
      const held = live();
      if (held) return Promise.resolve(held);
      opening ??= load()
        .then((fresh) => {
          session = fresh;
          return fresh;
        })
        .finally(() => {
          opening = null;
        });
      return opening;
    },
    async close() {
      const closing = session ?? (await opening?.catch(() => null)) ?? null;
      session = null;
      await closing?.close();
    },
  };
}

/** How the processes of one model are started: what fails is tried again, less and less often. */
export type ModelStarts = {
  /** Throws a failure for the callers, at once while it is too early to try what did not load again. */
  open(extra: boolean): Promise<ModelSession>;
  /** A process ended by itself. */
  failed(): void;
  /** A process answered. */
  worked(): void;
  /** Why it did not load the last time. */
  problem(): Failure | null;
  /** Whether one may be started now. */
  ready(): boolean;
};

/** How often a start, or a call, is tried over a process that ends. */
export const FAILURES_MAX = 3;
const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 30_000;
/** Ends of a process that its next start may be spared: it was killed, before or after the program began. */
const crashes: readonly string[] = ['program_error', 'isolation_failed'];

export function createModelStarts(
  options: ServingOptions,
  uses: {
    /** `extra`: it is one more of a model that is loaded. */
    open(extra: boolean): Promise<ModelSession>;
    /** What nothing may be started after; null while that is not so. */
    closedBy(): Failure | null;
  },
): ModelStarts {
  let failures = 0;
  let openAfter = 0;
  let problem: Failure | null = null;
  const failed = () => {
    failures += 1;
    const wait = failures < 2 ? 0 : BACKOFF_MS_MIN * 2 ** Math.min(failures, 20);
    openAfter = performance.now() + Math.min(wait, BACKOFF_MS_MAX);
  };
  return {
    failed,
    worked() {
      failures = 0;
    },
    problem: () => problem,
    ready: () => performance.now() >= openAfter,
    async open(extra) {
      for (let tries = 1; ; tries += 1) {
        const wait = openAfter - performance.now();
        // What does not load is not tried again for every call; what has crashed is, a little later.
        if (wait > 0 && problem) throw problem;
        if (wait > 0) await pause(wait);
        const closed = uses.closedBy();
        if (closed) throw closed;
        try {
          const fresh = await uses.open(extra);
          problem = null;
          return fresh;
        } catch (error) {
          const crashed = error instanceof ModelSessionEnded && crashes.includes(error.end.reason);
          const failure = loadFailure(error, options);
          // One more than are needed may fail: that says nothing of the model.
          if (extra) throw failure;
          if (failure.code === 'serving.model_not_loaded') failed();
          if (crashed && tries < FAILURES_MAX) continue;
          problem = failure;
          throw failure;
        }
      }
    },
  };
}
