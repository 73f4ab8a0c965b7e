import { Failure, kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { RowSessionEnded } from '#modules/compute';
import { type Chosen, chooseCalls, entryOf } from './choose-calls.ts';
import type { ServingOptions } from './config.ts';
import type { InferenceAnswer, ServedRow } from './entities.ts';
import { servingErrors } from './errors.ts';
import type { Batch, Outcome } from './journal.ts';
import { rowOf } from './row-table.ts';
import { RebuiltDiffers, type Served, type SessionProcess } from './session-process.ts';
import type { Prepared, Question } from './store-journal.ts';

export type SessionUses = {
  kernel: Pick<Kernel, 'clock' | 'ids' | 'log'>;
  prepare(question: Question): Promise<Prepared>;
  journal(batch: Batch): Promise<Outcome>;
  /** Starts the program, once there is room for it. */
  open(): Promise<SessionProcess>;
  /** The program came to another answer than before. */
  onDiffers(): Promise<void>;
  count(more: { errors: number; restarts: number }): void;
};

/** One call in its session. */
export type SessionCall = {
  requestId: string;
  rows: readonly ServedRow[];
  askedBy: string;
  signal: AbortSignal;
};

export type Waiting = SessionCall & {
  receivedAt: number;
  /** Times that the program ended over it. */
  failures: number;
  /** Times that it was overtaken. */
  turns: number;
  /** To be asked by itself, so that it is seen whether it is this one that ends the program. */
  alone: boolean;
  resolve(answer: InferenceAnswer): void;
  reject(error: unknown): void;
};

export type Session = {
  ask(call: SessionCall): Promise<InferenceAnswer>;
  deploymentId: string;
  /** Something is under way. */
  busy(): boolean;
  /** It has a program on this server. */
  open(): boolean;
  usedAt(): number;
  /** Ends its program. What is under way is asked anew, or refused. */
  close(): Promise<void>;
};

const ROWS_A_ROUND = 1_000;
const CALLS_A_ROUND = 250;
const FAILURES_MAX = 2;
const TURNS_MAX = 20;

/**
 * One stream of rows: calls are answered in the order in which they come, and each answer is in the journal
 * before it is given. The program's state is what the journal says, and nothing else: a program that has
 * seen more, or has ended, is begun anew and fed the journal.
 */
export function createSession(
  session: { id: string; callerId: string; served: Served },
  options: ServingOptions,
  uses: SessionUses,
): Session {
  const waiting: Waiting[] = [];
  let working = false;
  let usedAt = performance.now();
  let process: SessionProcess | null = null;

  const drop = async () => {
    const dropped = process;
    process = null;
    await dropped?.close();
  };

  const work = async () => {
    working = true;
    while (waiting.length > 0) {
      const taken = takeRound(waiting);
      try {
        await round(taken);
      } catch (error) {
        await drop();
        await refuse(error, taken);
      }
      usedAt = performance.now();
    }
    working = false;
  };

  const refuse = async (error: unknown, taken: readonly Waiting[]) => {
    if (error instanceof RebuiltDiffers) {
      await uses
        .onDiffers()
        .catch((cause) => uses.kernel.log.error({ error: cause }, 'not failed'));
      const failed = servingErrors.make.deployment_failed({ reason: 'rebuilt_differs' });
      for (const { reject } of taken) reject(failed);
      return;
    }
    if (!(error instanceof Failure)) {
      uses.kernel.log.error({ error, session: session.id }, 'a session could not answer');
    }
    const failure = error instanceof Failure ? error : kernelErrors.make.unavailable();
    for (const { reject } of taken) reject(failure);
  };

  const round = async (taken: Waiting[]) => {
    const { served } = session;
    const prepared = await uses.prepare({
      ...{ sessionId: session.id, deploymentId: served.id, callerId: session.callerId },
      programId: served.program_id,
      requestIds: taken.map(({ requestId }) => requestId),
    });
    if (prepared.state !== 'running') {
      await drop();
      throw refusalOf(prepared);
    }
    const { chosen, columns, later } = chooseCalls(taken, prepared, options);
    waiting.unshift(...later);
    if (chosen.length === 0 || columns === null) return;
    const asked = await askProgram(chosen, columns, prepared);
    if (!asked) return;
    const { clock, ids } = uses.kernel;
    const now = clock.now().toISOString();
    const entries = asked.map(({ call, predictions }) =>
      entryOf(call, predictions, { id: ids('inference'), callerId: session.callerId, now }),
    );
    const outcome = await uses.journal({
      ...{ sessionId: session.id, deploymentId: served.id, columns, entries },
      position: prepared.rowsAnswered,
    });
    if (outcome !== 'kept') {
      await drop();
      return putBack(chosen);
    }
    for (const [place, { call, predictions }] of asked.entries()) {
      call.waiting.resolve({ inferenceId: entries[place]?.id ?? '', predictions });
    }
  };

  /** Null where the program ended, or has to begin anew; then the calls wait again or are refused. */
  const askProgram = async (
    chosen: readonly Chosen[],
    columns: readonly string[],
    { rowsAnswered }: Prepared,
  ) => {
    try {
      const own = await ready(columns, rowsAnswered);
      const rows = chosen.flatMap(({ values }) => values.map((cells) => rowOf(columns, cells)));
      const predictions = await own.ask(rows);
      let at = 0;
      return chosen.map((call) => {
        const part = predictions.slice(at, at + call.values.length);
        at += call.values.length;
        return { call, predictions: part };
      });
    } catch (error) {
      if (!(error instanceof RowSessionEnded)) throw error;
      await drop();
      if (error.end.reason === 'cancelled') putBack(chosen);
      else blame(chosen, error);
      return null;
    }
  };

  /** The program as it stands after so many rows of the journal. */
  const ready = async (columns: readonly string[], rowsAnswered: number) => {
    if (process && (process.ended() || process.position() > rowsAnswered)) await drop();
    if (!process) {
      process = await uses.open();
      if (rowsAnswered > 0) uses.count({ errors: 0, restarts: 1 });
    }
    const own = process;
    if (own.position() < rowsAnswered) await own.feed(session.id, columns, rowsAnswered);
    return own;
  };

  const blame = (chosen: readonly Chosen[], { end }: RowSessionEnded) => {
    uses.count({ errors: 1, restarts: 0 });
    for (const { waiting: call } of chosen.toReversed()) {
      call.failures += 1;
      call.alone = true;
      if (chosen.length === 1 && call.failures >= FAILURES_MAX) {
        call.reject(servingErrors.make.program_failed({ reason: end.reason, detail: end.detail }));
      } else waiting.unshift(call);
    }
  };

  const putBack = (chosen: readonly Chosen[]) => {
    for (const { waiting: call } of chosen.toReversed()) {
      call.turns += 1;
      if (call.turns > TURNS_MAX) call.reject(kernelErrors.make.unavailable());
      else waiting.unshift(call);
    }
  };

  return {
    deploymentId: session.served.id,
    ask(call) {
      const limit = options.SERVING_CALLS_WAITING_MAX;
      if (waiting.length >= limit) return Promise.reject(servingErrors.make.busy({ limit }));
      usedAt = performance.now();
      return new Promise((resolve, reject) => {
        const own = { receivedAt: performance.now(), failures: 0, turns: 0, alone: false };
        waiting.push({ ...call, ...own, resolve, reject });
        if (!working) {
          working = true;
          setImmediate(() => void work());
        }
      });
    },
    busy: () => working,
    open: () => process !== null,
    usedAt: () => usedAt,
    close: drop,
  };
}

/** The next calls in order; who no longer waits for an answer is left out. */
function takeRound(waiting: Waiting[]): Waiting[] {
  const taken: Waiting[] = [];
  let rows = 0;
  for (;;) {
    const [next] = waiting;
    if (!next) return taken;
    const gone = next.signal.aborted;
    const full = taken.length >= CALLS_A_ROUND || rows + next.rows.length > ROWS_A_ROUND;
    const fits = taken.length === 0 || (!full && !next.alone);
    if (!gone && !fits) return taken;
    waiting.shift();
    if (gone) {
      next.reject(kernelErrors.make.unavailable());
      continue;
    }
    taken.push(next);
    rows += next.rows.length;
    if (next.alone) return taken;
  }
}

function refusalOf({ state, reason }: Prepared): Failure {
  if (state === 'stopped') return servingErrors.make.stopped();
  if (state === 'starting') return servingErrors.make.not_ready();
  if (state === 'failed') return servingErrors.make.deployment_failed({ reason: reason ?? '' });
  return servingErrors.make.deployment_ended();
}
