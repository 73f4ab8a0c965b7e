import { Failure, kernelErrors } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { type ModelRun, type ModelSession, ModelSessionEnded } from '#modules/compute';
import type { ServingOptions } from '../config.ts';
import type { ModelLive } from '../endpoints/endpoint-entities.ts';
import { servingErrors } from '../errors.ts';
import { datatypeOf } from '../oip/datatypes.ts';
import type { ModelPorts } from '../oip/request.ts';
import { createLastMinute } from './last-minute.ts';
import { type BatchCall, joinInputs, type Output, splitOutputs, takeCount } from './model-batch.ts';
import {
  createModelProcess,
  createModelStarts,
  FAILURES_MAX,
  type ModelProcess,
} from './model-process.ts';
import { isItsFault, refusalOf } from './model-refusals.ts';
import { createModelStatistics, type ModelStatistics } from './model-statistics.ts';

/** How calls are joined: rows at most, and how long the first of them may wait for company. */
export type BatchRule = { batchMax: number; delayMs: number };

/** How many processes of the model are kept ready here, and how many there may be. */
type Replicas = { min: number; max: number };

export type ModelState = 'asleep' | 'loading' | 'awake' | 'failing';

/** One model on this server: its processes while they are needed, and the calls that wait for them. */
export type ModelRunner = {
  /** The ports of the model, which is loaded for that where it is not known. Throws as `ask` does. */
  ports(): Promise<ModelPorts>;
  /**
   * Answers one call, joined with others where it may be. A call that has been accepted is answered or refused, whatever becomes of
   * the processes meanwhile. Throws `serving.model_busy`, `model_timeout`, `model_not_loaded`, `isolation_missing`,
   * `inference_refused`, `model_failed`, and what `close` was given.
   */
  ask(call: BatchCall & { signal: AbortSignal }): Promise<Output[]>;
  /** Loads the model, where it is not. Throws as `ask` does. */
  wake(): Promise<void>;
  /** Says how many processes there may be; takes effect as calls come and go. */
  scale(min: number, max: number): void;
  state(): { state: ModelState; problem: string | null };
  live(): ModelLive;
  busy(): boolean;
  usedAt(): number;
  statistics: ModelStatistics;
  /** Processes that are loaded. */
  awake(): number;
  /** Whether a process could end without being missed: none that is kept ready, and none at work. */
  spare(): boolean;
  /** Ends one such process. */
  release(): Promise<void>;
  /**
   * To be called often. Refuses the calls that have waited too long, ends processes that have had nothing to do, and starts those that
   * are to be kept ready or that calls wait for.
   */
  tend(): Promise<void>;
  /** Ends the processes; what waits is asked of the next one, or refused with the failure. */
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

/** After one process more could not be had, none is tried for so long. */
const GROW_AGAIN_MS = 5_000;

export function createModelRunner(
  rule: BatchRule,
  options: ServingOptions,
  uses: {
    log: Log;
    /** Loads the model, once there is room for it; `extra` ones find room or fail. */
    open(extra: boolean): Promise<ModelSession>;
    onLoaded(ports: ModelPorts): void;
    /** What is known of the model from an earlier load; null before the first. */
    known: ModelPorts | null;
  },
): ModelRunner {
  const waiting: Waiting[] = [];
  const processes: ModelProcess[] = [];
  const statistics = createModelStatistics();
  const minute = createLastMinute(performance.now());
  let replicas: Replicas = { min: 0, max: 1 };
  let ports = uses.known;
  /** The process that is about to take what waits. */
  let gathering: ModelProcess | null = null;
  let usedAt = performance.now();
  /** When the last process was loaded: calls have waited for another one since then at most. */
  let readyAt = usedAt;
  let growAfter = 0;
  let joins = rule.batchMax > 1;
  let wake = () => {};
  let closedBy: Failure | null = null;
  const starts = createModelStarts(options, { open: uses.open, closedBy: () => closedBy });

  const isLive = (one: ModelProcess) => one.live() !== null;
  const isComing = (one: ModelProcess) => one.loading();
  /** Forgets the processes that are no more. */
  const sweep = () => {
    for (let place = processes.length - 1; place >= 0; place -= 1) {
      const one = processes[place];
      if (!one || one.working || one.loading() || isLive(one)) continue;
      if (one.crashed()) starts.failed();
      processes.splice(place, 1);
    }
  };
  const add = (): ModelProcess => {
    sweep();
    const own: ModelProcess = createModelProcess(async () => {
      const fresh = await starts.open(processes.some((one) => one !== own && isLive(one)));
      ports = { inputs: fresh.inputs, outputs: fresh.outputs };
      readyAt = performance.now();
      own.usedAt = readyAt;
      uses.onLoaded(ports);
      return fresh;
    });
    processes.push(own);
    return own;
  };
  /** Loads a process that has nothing to do yet. */
  const load = async (own: ModelProcess): Promise<void> => {
    try {
      await own.open();
    } finally {
      sweep();
      if (waiting.length > 0) start();
    }
  };
  const loaded = async (): Promise<void> => {
    if (closedBy) throw closedBy;
    if (!processes.some(isLive)) await load(processes.find(isComing) ?? add());
  };
  /** One process more, where calls wait longer than they should and one may be had. */
  const grow = () => {
    const [first] = waiting;
    const now = performance.now();
    if (!first || now - Math.max(first.since, readyAt) < options.SERVING_REPLICA_WAIT_MS) return;
    more(now);
  };
  const more = (now: number) => {
    sweep();
    const full = processes.length >= Math.max(replicas.min, replicas.max);
    if (full || now < growAfter || processes.some(isComing)) return;
    load(add()).catch(() => {
      growAfter = performance.now() + GROW_AGAIN_MS;
    });
  };

  const round = async (model: ModelSession, taken: Waiting[]) => {
    const began = performance.now();
    const run = await model.run(joinInputs(taken), taken[0]?.outputs ?? []);
    starts.worked();
    const answers = split(run, taken, model);
    if (!answers) {
      joins = false;
      waiting.unshift(...taken.map((call) => ({ ...call, rows: null })));
      return;
    }
    const ended = performance.now();
    statistics.answered(taken, { began, run: run.nanoseconds, ended });
    minute.answered(taken, ended);
    for (const [place, call] of taken.entries()) call.resolve(answers[place] ?? []);
  };
  /** After a run that failed: who is asked again by itself, and who is refused. */
  const settle = (error: unknown, taken: readonly Waiting[]) => {
    const alone = taken.length === 1;
    const again: Waiting[] = [];
    // One that was put to sleep has not failed: what it was asked is asked of the next.
    const ended = error instanceof ModelSessionEnded && error.end.reason !== 'cancelled';
    const asleep = error instanceof ModelSessionEnded && error.end.reason === 'cancelled';
    if (ended) starts.failed();
    for (const call of taken) {
      const tries = call.failures + (ended ? 1 : 0);
      const fault = !ended || isItsFault(error) || tries >= FAILURES_MAX;
      if (closedBy) refuse(call, closedBy);
      else if (error instanceof Failure) refuse(call, error);
      else if (alone && fault && !asleep) refuse(call, error);
      else again.push({ ...call, failures: tries, rows: null });
    }
    waiting.unshift(...again);
  };
  const refuse = (call: Waiting, error: unknown) => {
    const now = performance.now();
    const failure = refusalOf(error, options, uses.log);
    statistics.refused(now - call.since);
    minute.failed(failure.code, now);
    call.reject(failure);
  };
  const take = (): Waiting[] => {
    dropGone();
    return waiting.splice(0, takeCount(waiting, joins ? rule.batchMax : 1));
  };
  /** Loads the process for the calls that wait. False where others answer them, or nobody can. */
  const loadToWork = async (own: ModelProcess): Promise<boolean> => {
    if (gathering === own) gathering = null;
    try {
      await own.open();
      return true;
    } catch (error) {
      if (processes.some((one) => one !== own && (isLive(one) || isComing(one)))) return false;
      settle(error, take());
      return true;
    }
  };
  /** Goes through what waits, a batch at a time, until nothing does or another process is about to. */
  const work = async (own: ModelProcess) => {
    while (waiting.length > 0) {
      if (!isLive(own)) {
        if (await loadToWork(own)) continue;
        break;
      }
      if (gathering && gathering !== own) break;
      gathering = own;
      if (joins && rule.delayMs > 0) await company();
      const model = own.live();
      if (!model) continue;
      const taken = take();
      gathering = null;
      if (taken.length === 0) continue;
      if (waiting.length > 0) {
        start();
        grow();
      }
      try {
        await round(model, taken);
      } catch (error) {
        settle(error, taken);
      }
      own.usedAt = performance.now();
      usedAt = own.usedAt;
    }
    if (gathering === own) gathering = null;
    own.working = false;
    if (waiting.length > 0) start();
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
    if (gathering) return;
    const free = processes.find((one) => !one.working && isLive(one));
    const own = free ?? (processes.some((one) => one.working || isComing(one)) ? null : add());
    if (!own) return;
    gathering = own;
    own.working = true;
    // In the next turn, so that calls that come together go together.
    setImmediate(() => void work(own));
  };
  /** A process that could end now without being missed; the last one, so that the first are used. */
  const spare = (): ModelProcess | undefined => {
    if (processes.filter(isLive).length <= replicas.min) return undefined;
    return processes.findLast((one) => !one.working && isLive(one));
  };
  const expire = (now: number) => {
    const limit = options.SERVING_MODEL_WAIT_SECONDS_MAX;
    const before = now - limit * 1_000;
    for (const call of waiting.filter(({ since }) => since < before)) {
      waiting.splice(waiting.indexOf(call), 1);
      refuse(call, servingErrors.make.model_timeout({ limit }));
    }
  };

  return {
    statistics,
    async ports() {
      if (ports) return ports;
      await loaded();
      if (!ports) throw servingErrors.make.model_not_loaded({ problem: 'it has ended.' });
      return ports;
    },
    async wake() {
      usedAt = performance.now();
      await loaded();
    },
    scale(min, max) {
      if (min !== replicas.min || max !== replicas.max) replicas = { min, max };
    },
    ask(call) {
      if (closedBy) return Promise.reject(closedBy);
      const count = waiting.length;
      usedAt = performance.now();
      if (count >= options.SERVING_MODEL_CALLS_WAITING_MAX) {
        minute.failed('serving.model_busy', usedAt);
        return Promise.reject(servingErrors.make.model_busy({ count, seconds: 1 }));
      }
      return new Promise((resolve, reject) => {
        const rows = joins ? call.rows : null;
        waiting.push({ ...call, rows, since: usedAt, failures: 0, resolve, reject });
        start();
      });
    },
    state(): { state: ModelState; problem: string | null } {
      const problem = starts.problem();
      const comes = processes.some(isComing) ? 'loading' : problem ? 'failing' : 'asleep';
      return {
        state: processes.some(isLive) ? 'awake' : comes,
        problem: problem?.message ?? null,
      };
    },
    live() {
      return {
        ...minute.view(performance.now()),
        waiting: waiting.length,
        replicas: {
          awake: processes.filter(isLive).length,
          loading: processes.filter(isComing).length,
        },
        ...{ replicasMin: replicas.min, replicasMax: replicas.max },
      };
    },
    busy: () => processes.some((one) => one.working || isComing(one)),
    usedAt: () => usedAt,
    awake: () => processes.filter(isLive).length,
    spare: () => spare() !== undefined,
    release: async () => spare()?.close(),
    async tend() {
      const now = performance.now();
      sweep();
      expire(now);
      grow();
      if (processes.length < replicas.min && starts.ready() && !closedBy) more(now);
      const one = spare();
      if (!one) return;
      const isExtra = processes.filter(isLive).length > Math.max(1, replicas.min);
      const idle = isExtra && now - one.usedAt > options.SERVING_REPLICA_IDLE_SECONDS * 1_000;
      const unused = now - Math.max(one.usedAt, usedAt) > options.SERVING_IDLE_SECONDS * 1_000;
      if (idle || unused) await one.close();
    },
    async close(failure) {
      closedBy ??= failure;
      if (failure) for (const call of waiting.splice(0)) refuse(call, failure);
      await Promise.all(processes.map((one) => one.close()));
      sweep();
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
