import type { ChildProcess, IOType } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { createOutputTaker } from './batch-protocol.ts';
import type { BatchMode, IsolationSpec, RowsMode, TakenOutput } from './isolation.ts';
import type { JobLogs } from './job-logs.ts';
import { openPipes } from './pipes.ts';
import { type RowWorkerData, runRowSession } from './row-session.ts';
import { sessionReason } from './run-ends.ts';
import type { Verdict } from './verdict.ts';

/** Talks to a program through descriptors 3 (it reads) and 4 (it writes). */
export type Driver = {
  programEnds: readonly (IOType | number)[];
  progress: SharedArrayBuffer | null;
  /** The processor that both sides are held to. */
  core: number | null;
  /** The program has its ends. */
  started(): void;
  /** Talks until one side has no more to say, and decides the end of the run where it sees one. */
  drive(child: ChildProcess, context: DriveContext): Promise<void>;
  outputs(): readonly TakenOutput[];
  close(keep: boolean): Promise<void>;
};

type DriveContext = { verdict: Verdict; logs: JobLogs };

/** Rows over pipes, in a worker thread. The folder takes the names of the pipes. */
export async function driveRows(
  mode: RowsMode,
  spec: IsolationSpec,
  place: { folder: string; core: number | null; taskset: string | null },
): Promise<Driver> {
  const pipes = await openPipes(place.folder);
  const progress = new SharedArrayBuffer(8);
  const workerData: RowWorkerData = {
    readDescriptor: pipes.hostReads,
    writeDescriptor: pipes.hostWrites,
    start: `${JSON.stringify({ start: spec.options })}\n`,
    progress,
    pin: place.taskset && place.core !== null ? [place.taskset, '-p', '-c', `${place.core}`] : null,
  };
  const worker = new Worker(new URL('./row-worker.ts', import.meta.url), { workerData });
  let programEndsOpen = true;
  const closeProgramEnds = () => {
    if (programEndsOpen) pipes.closeProgramEnds();
    programEndsOpen = false;
  };
  return {
    programEnds: [pipes.programReads, pipes.programWrites],
    progress,
    core: place.core,
    started: closeProgramEnds,
    async drive(_child, { verdict, logs }) {
      const { signal } = verdict;
      const end = await runRowSession(worker, mode, { signal, onHarness: logs.programStarts });
      if (end?.kind === 'error') logs.add(end.claim.message);
      const reason = sessionReason(end);
      if (reason) verdict.decide(reason);
    },
    outputs: () => [],
    async close() {
      // Ends the worker's last read or write where the program never began.
      closeProgramEnds();
      await worker.terminate();
      pipes.closeHostEnds();
    },
  };
}

/** Whole inputs and outputs over the streams that Node.js opens for a child. */
export async function driveBatch(mode: BatchMode, spec: IsolationSpec): Promise<Driver> {
  let greet = () => {};
  const taker = createOutputTaker(mode, () => greet());
  return {
    programEnds: ['pipe', 'pipe'],
    progress: null,
    core: null,
    started() {},
    async drive(child, { verdict, logs }) {
      const [, , , input, output] = child.stdio;
      if (!(input instanceof Writable) || !(output instanceof Readable)) return;
      input.on('error', () => {});
      greet = () => {
        logs.programStarts();
        input.write(`${JSON.stringify({ start: { options: spec.options } })}\n`);
      };
      await new Promise<void>((resolve, reject) => {
        output.on('close', resolve);
        output.on('data', (bytes: Buffer) => {
          if (verdict.get()) return;
          try {
            const end = taker.take(bytes);
            const claim = taker.claim();
            if (claim) logs.add(claim.message);
            if (end) verdict.decide(end);
          } catch (error) {
            reject(error);
          }
        });
      });
    },
    outputs: taker.outputs,
    close: async (keep) => taker.close(keep),
  };
}
