import type { Worker } from 'node:worker_threads';
import type { Prediction, Row, RowsMode } from './isolation.ts';
import { type ErrorClaim, ROW_BYTES_MAX } from './row-protocol.ts';

/**
 * A worker that drives one program row by row: over pipes (row-worker.ts) or in WebAssembly
 * (quickjs-worker.ts). Rows go to it in chunks; to the program they go one by one.
 */
export type RowWorkerData = {
  readDescriptor: number;
  writeDescriptor: number;
  /** The start message as a line. */
  start: string;
  /** Two 32-bit numbers: rows answered; 1 while the program is asked, 2 once it should have ended. */
  progress: SharedArrayBuffer;
  /** The command, but for its last argument, that holds this thread to a processor; null for none. */
  pin: readonly string[] | null;
};

export type ToRowWorker = { kind: 'rows'; lines: readonly string[] } | { kind: 'start' | 'end' };

export type StopReply =
  | { kind: 'error'; claim: ErrorClaim }
  | { kind: 'broken'; detail: string }
  | { kind: 'ended' };

export type FromRowWorker =
  | { kind: 'harness' | 'ready' | 'finished' }
  | { kind: 'answers'; predictions: readonly Prediction[] }
  /** Only from WebAssembly: what the program printed. */
  | { kind: 'log'; text: string }
  | { kind: 'stopped'; reply: StopReply };

const CHUNK_ROWS_MAX = 512;

/** How a session ended: null once every row was answered and the program said no more. */
export type SessionEnd = StopReply | null;

/**
 * Asks the rows of a table one by one and hands each prediction on. Rejects with what the table itself
 * threw. Aborting the signal ends it early with `ended`.
 */
export async function runRowSession(
  worker: Worker,
  mode: RowsMode,
  context: { signal: AbortSignal; onHarness(): void },
): Promise<SessionEnd> {
  const inbox = createInbox(worker, context.signal);
  if (!(await inbox.expect('harness'))) return inbox.end();
  context.onHarness();
  worker.postMessage({ kind: 'start' } satisfies ToRowWorker);
  if (!(await inbox.expect('ready'))) return inbox.end();
  mode.onReady?.();
  let index = 0;
  for await (const lines of chunks(mode.rows, context.signal)) {
    worker.postMessage({ kind: 'rows', lines } satisfies ToRowWorker);
    const message = await inbox.next();
    if (message?.kind !== 'answers') return inbox.end();
    for (const prediction of message.predictions) {
      mode.onPrediction(prediction, index);
      index += 1;
    }
  }
  if (context.signal.aborted) return inbox.end();
  worker.postMessage({ kind: 'end' } satisfies ToRowWorker);
  return (await inbox.expect('finished')) ? null : inbox.end();
}

function createInbox(worker: Worker, signal: AbortSignal) {
  const messages: FromRowWorker[] = [];
  let stopped: StopReply | null = null;
  let wake = () => {};
  const end = (reply: StopReply) => {
    stopped ??= reply;
    wake();
  };
  worker.on('message', (message: FromRowWorker) => {
    if (message.kind === 'log') return;
    if (message.kind === 'stopped') return end(message.reply);
    messages.push(message);
    wake();
  });
  worker.on('error', () => end({ kind: 'ended' }));
  worker.on('exit', () => end({ kind: 'ended' }));
  signal.addEventListener('abort', () => end({ kind: 'ended' }), { once: true });
  if (signal.aborted) end({ kind: 'ended' });
  const next = async (): Promise<FromRowWorker | undefined> => {
    while (messages.length === 0 && stopped === null) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return messages.shift();
  };
  return {
    next,
    expect: async (kind: FromRowWorker['kind']) => (await next())?.kind === kind,
    end: (): StopReply => stopped ?? { kind: 'ended' },
  };
}

/** Rows as lines, many at a time where they are at hand, and at once where they come slowly. */
async function* chunks(rows: RowsMode['rows'], signal: AbortSignal): AsyncGenerator<string[]> {
  if (Symbol.iterator in rows) {
    let lines: string[] = [];
    for (const row of rows) {
      lines.push(rowLine(row));
      if (lines.length < CHUNK_ROWS_MAX) continue;
      yield lines;
      lines = [];
    }
    if (lines.length > 0) yield lines;
    return;
  }
  const iterator = rows[Symbol.asyncIterator]();
  try {
    let pending = iterator.next();
    for (;;) {
      let result: IteratorResult<Row> | null = await untilAborted(pending, signal);
      const lines: string[] = [];
      while (result !== null && !result.done) {
        lines.push(rowLine(result.value));
        pending = iterator.next();
        // Seen again in the next turn, or no more of interest.
        pending.catch(() => {});
        if (lines.length >= CHUNK_ROWS_MAX) break;
        result = await Promise.race([pending, nothingAtHand()]);
      }
      if (lines.length > 0) yield lines;
      if (signal.aborted || result?.done) return;
    }
  } finally {
    // Not awaited: a table that is stuck in its next row must not hold up the end of the run.
    iterator.return?.().then(undefined, () => {});
  }
}

/** Null as soon as the signal is aborted, whatever becomes of the promise. */
async function untilAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal,
): Promise<Result | null> {
  if (signal.aborted) return null;
  let stop = () => {};
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function nothingAtHand(): Promise<null> {
  return new Promise((resolve) => setImmediate(resolve, null));
}

/** A row does not fit into one line of the protocol. */
export class RowTooLong extends Error {}

function rowLine(row: Row): string {
  const line = `${JSON.stringify({ row })}\n`;
  // A character takes at most three bytes.
  if (line.length * 3 > ROW_BYTES_MAX && Buffer.byteLength(line) > ROW_BYTES_MAX) {
    throw new RowTooLong(`A row of over ${ROW_BYTES_MAX} bytes cannot be asked.`);
  }
  return line;
}
