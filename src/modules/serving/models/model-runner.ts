import { setTimeout as pause } from 'node:timers/promises';
import { Failure, kernelErrors } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import {
  ModelRefused,
  type ModelRun,
  type ModelSession,
  ModelSessionEnded,
} from '#modules/compute';
import type { ServingOptions } from '../config.ts';
import { servingErrors } from '../errors.ts';
import { datatypeOf } from '../oip/datatypes.ts';
import type { ModelPorts } from '../oip/request.ts';
import { type BatchCall, joinInputs, type Output, splitOutputs, takeCount } from './model-batch.ts';
import { createModelStatistics, type ModelStatistics } from './model-statistics.ts';

/** How calls are joined: rows at most, and how long the first of them may wait for company. */
export type BatchRule = { batchMax: number; delayMs: number };

export type ModelState = 'asleep' | 'loading' | 'awake' | 'failing';

/** One model on this server: its process while it is needed, and the calls that wait for it. */
export type ModelRunner = {
  /** The ports of the model, which is loaded for that where it is not known. Throws as `ask` does. */
  ports(): Promise<ModelPorts>;
  /**
   * Answers one call, joined with others where it may be. A call that has been accepted is answered or refused, whatever becomes of
   * the process meanwhile. Throws `serving.model_busy`, `model_timeout`, `model_not_loaded`, `isolation_missing`,
   * `inference_refused`, `model_failed`, and what `close` was given.
   */
  ask(call: BatchCall & { signal: AbortSignal }): Promise<Output[]>;
  /** Loads the model, where it is not. Throws as `ask` does. */
  wake(): Promise<void>;
  state(): { state: ModelState; problem: string | null };
  busy(): boolean;
  usedAt(): number;
  statistics: ModelStatistics;
  /** Refuses the calls that have waited too long. */
  expire(): void;
  /** Ends the process; what waits is asked of the next one, or refused with the failure. */
  close(failure: Failure | null): Promise<void>;
};

type Waiting = BatchCall & {
  signal: AbortSignal;
  since: number;
  /** Times that the process ended over it. */
  failures: number;
  resolve(outputs: Output[]): void;
  reject(error: unknown): void;
};

const FAILURES_MAX = 3;
const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 30_000;

export function createModelRunner(
  rule: BatchRule,
  options: ServingOptions,
  uses: {
    log: Log;
    /** Loads the model, once there is room for it. */
    open(): Promise<ModelSession>;
    onLoaded(ports: ModelPorts): void;
    /** What is known of the model from an earlier load; null before the first. */
    known: ModelPorts | null;
  },
): ModelRunner {
  const waiting: Waiting[] = [];
  const statistics = createModelStatistics();
  let session: ModelSession | null = null;
  let opening: Promise<ModelSession> | null = null;
  let ports = uses.known;
  let working = false;
  let usedAt = performance.now();
  let failures = 0;
  let openAfter = 0;
  let problem: Failure | null = null;
  let joins = rule.batchMax > 1;
  let wake = () => {};
  let closedBy: Failure | null = null;

  const failed = () => {
    failures += 1;
    const wait = failures < 2 ? 0 : BACKOFF_MS_MIN * 2 ** Math.min(failures, 20);
    openAfter = performance.now() + Math.min(wait, BACKOFF_MS_MAX);
  };
  const openOnce = async (): Promise<ModelSession> => {
    for (let tries = 1; ; tries += 1) {
      const wait = openAfter - performance.now();
      // What does not load is not tried again for every call; what has crashed is, a little later.
      if (wait > 0 && problem) throw problem;
      if (wait > 0) await pause(wait);
      if (closedBy) throw closedBy;
      try {
        const fresh = await uses.open();
        problem = null;
        ports = { inputs: fresh.inputs, outputs: fresh.outputs };
        uses.onLoaded(ports);
        return fresh;
      } catch (error) {
        const crashed = error instanceof ModelSessionEnded && crashes.includes(error.end.reason);
        const failure = loadFailure(error, options);
        if (failure.code === 'serving.model_not_loaded') failed();
        if (crashed && tries < FAILURES_MAX) continue;
        problem = failure;
        throw problem;
      }
    }
  };
  const opened = (): Promise<ModelSession> => {
    if (session && session.end() === null) return Promise.resolve(session);
    opening ??= openOnce()
      .then((fresh) => {
        session = fresh;
        return fresh;
      })
      .finally(() => {
        opening = null;
      });
    return opening;
  };

  const round = async (taken: Waiting[]) => {
    const model = await opened();
    const began = performance.now();
    const run = await model.run(joinInputs(taken), taken[0]?.outputs ?? []);
    failures = 0;
    const answers = split(run, taken, model);
    if (!answers) {
      joins = false;
      waiting.unshift(...taken.map((call) => ({ ...call, rows: null })));
      return;
    }
    const took = { began, run: run.nanoseconds, ended: performance.now() };
    statistics.answered(taken, took);
    for (const [place, call] of taken.entries()) call.resolve(answers[place] ?? []);
  };
  /** After a run that failed: who is asked again by itself, and who is refused. */
  const settle = (error: unknown, taken: readonly Waiting[]) => {
    const alone = taken.length === 1;
    const again: Waiting[] = [];
    // One that was put to sleep has not failed: what it was asked is asked of the next.
    const ended = error instanceof ModelSessionEnded && error.end.reason !== 'cancelled';
    const asleep = error instanceof ModelSessionEnded && error.end.reason === 'cancelled';
    if (ended) failed();
    for (const call of taken) {
      const tries = call.failures + (ended ? 1 : 0);
      const fault = !ended || isItsFault(error) || tries >= FAILURES_MAX;
      if (closedBy) refuse(call, closedBy);
      else if (error instanceof Failure || (alone && fault && !asleep)) refuse(call, error);
      else again.push({ ...call, failures: tries, rows: null });
    }
    waiting.unshift(...again);
  };
  const refuse = (call: Waiting, error: unknown) => {
    statistics.refused(performance.now() - call.since);
    call.reject(refusalOf(error, options, uses.log));
  };
  const work = async () => {
    while (waiting.length > 0) {
      if (joins && rule.delayMs > 0) await company();
      dropGone();
      const count = takeCount(waiting, joins ? rule.batchMax : 1);
      const taken = waiting.splice(0, count);
      if (taken.length === 0) continue;
      try {
        await round(taken);
      } catch (error) {
        settle(error, taken);
      }
      usedAt = performance.now();
    }
    working = false;
  };
  /** Waits until a batch is full, or its first call has waited long enough. */
  const company = async () => {
    const [first] = waiting;
    if (!first || first.rows === null) return;
    for (;;) {
      const rows = waiting.reduce((sum, call) => sum + (call.rows ?? 0), 0);
      const left = first.since + rule.delayMs - performance.now();
      if (rows >= rule.batchMax || left <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const dropGone = () => {
    for (let place = waiting.length - 1; place >= 0; place -= 1) {
      if (!waiting[place]?.signal.aborted) continue;
      const [gone] = waiting.splice(place, 1);
      gone?.reject(kernelErrors.make.unavailable());
    }
  };
  const start = () => {
    wake();
    if (working) return;
    working = true;
    // In the next turn, so that calls that come together go together.
    setImmediate(() => void work());
  };

  return {
    statistics,
    async ports() {
      if (ports) return ports;
      await opened();
      if (!ports) throw servingErrors.make.model_not_loaded({ problem: 'it has ended.' });
      return ports;
    },
    async wake() {
      usedAt = performance.now();
      await opened();
    },
    ask(call) {
      if (closedBy) return Promise.reject(closedBy);
      const count = waiting.length;
      if (count >= options.SERVING_MODEL_CALLS_WAITING_MAX) {
        return Promise.reject(servingErrors.make.model_busy({ count, seconds: 1 }));
      }
      usedAt = performance.now();
      return new Promise((resolve, reject) => {
        const rows = joins ? call.rows : null;
        waiting.push({ ...call, rows, since: usedAt, failures: 0, resolve, reject });
        start();
      });
    },
    state(): { state: ModelState; problem: string | null } {
      const awake = session !== null && session.end() === null;
      const loads = opening !== null;
      const state = awake ? 'awake' : loads ? 'loading' : problem ? 'failing' : 'asleep';
      return { state, problem: problem?.message ?? null };
    },
    busy: () => working || opening !== null,
    usedAt: () => usedAt,
    expire() {
      const limit = options.SERVING_MODEL_WAIT_SECONDS_MAX;
      const before = performance.now() - limit * 1_000;
      for (const call of waiting.filter(({ since }) => since < before)) {
        waiting.splice(waiting.indexOf(call), 1);
        refuse(call, servingErrors.make.model_timeout({ limit }));
      }
    },
    async close(failure) {
      closedBy ??= failure;
      if (failure) for (const call of waiting.splice(0)) refuse(call, failure);
      const closing = session ?? (await opening?.catch(() => null)) ?? null;
      session = null;
      await closing?.close();
    },
  };
}

function split(run: ModelRun, taken: readonly Waiting[], model: ModelSession): Output[][] | null {
  const [first] = taken;
  const outputs = run.outputs.map(({ shape, data }, place): Output => {
    const port = model.outputs[first?.outputs[place] ?? -1];
    return { datatype: datatypeOf(port?.type ?? 'uint8'), shape, data };
  });
  if (taken.length === 1) return [outputs];
  return splitOutputs(
    outputs,
    taken.map(({ rows }) => rows ?? 0),
  );
}

/** Ends of a process that its next start may be spared: it was killed, before or after the program began. */
const crashes: readonly string[] = ['program_error', 'isolation_failed'];

/** Whether the process ended over what it was asked, and would again. */
function isItsFault({ end }: ModelSessionEnded): boolean {
  return end.reason === 'time_limit' || end.reason === 'out_of_memory';
}

function loadFailure(error: unknown, options: ServingOptions): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ModelRefused) {
    return servingErrors.make.model_not_loaded({ problem: oneLine(error.message) });
  }
  if (!(error instanceof ModelSessionEnded)) throw error;
  const { reason, detail } = error.end;
  if (reason === 'environment_missing') {
    return servingErrors.make.isolation_missing({ advice: detail });
  }
  if (reason === 'time_limit') {
    const limit = options.SERVING_MODEL_LOAD_SECONDS_MAX;
    return servingErrors.make.model_not_loaded({ problem: `it takes over ${limit} s to load.` });
  }
  if (reason === 'cancelled') return kernelErrors.make.unavailable();
  return servingErrors.make.model_not_loaded({ problem: detail });
}

function refusalOf(error: unknown, options: ServingOptions, log: Log): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ModelRefused) {
    return servingErrors.make.inference_refused({ problem: oneLine(error.message) });
  }
  if (!(error instanceof ModelSessionEnded)) {
    log.error({ error }, 'a model could not answer');
    return kernelErrors.make.unavailable();
  }
  const { reason, detail } = error.end;
  if (reason === 'cancelled') return kernelErrors.make.unavailable();
  if (reason !== 'time_limit') return servingErrors.make.model_failed({ reason, detail });
  const limit = options.SERVING_MODEL_RUN_SECONDS_MAX;
  return servingErrors.make.model_timeout({ limit });
}

/** The runtime's words, which may quote the model, as one line of plain text. */
function oneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 500)
    .trim();
}
