import { readFileSync, statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createOutputTaker, type OutputTaker } from './batch-protocol.ts';
import type { Prediction, RunEnd } from './isolation.ts';
import type { FromQuickjsWorker, QuickjsWorkerData } from './quickjs.ts';
import { type Machine, MachineError, startMachine } from './quickjs-machine.ts';
import { type ErrorClaim, REPLY_BYTES_MAX, type Reply, readReply } from './row-protocol.ts';
import type { StopReply, ToRowWorker } from './row-session.ts';
import { claimEnd } from './run-ends.ts';

/** Runs one program in WebAssembly in a thread of its own, which the platform can end at any time. */

const data: QuickjsWorkerData = workerData;
const exchanges = new Int32Array(data.progress);
const meters = new Float64Array(data.meters);
const METER_EVERY = 16;

class Stopped extends Error {}

function post(message: FromQuickjsWorker): void {
  meter(running);
  parentPort?.postMessage(message);
}

function stop(reply: StopReply): never {
  post({ kind: 'stopped', reply });
  throw new Stopped();
}

const broken = (detail: string): StopReply => ({ kind: 'broken', detail });

let running: Machine | null = null;
let interrupts = 0;
function meter(machine: Machine | null): void {
  const { user, system } = process.threadCpuUsage();
  meters[0] = (user + system) / 1000;
  if (machine) meters[1] = machine.memoryBytes();
}

let logBytesLeft = data.logBytesMax;
function print(text: string): void {
  if (logBytesLeft <= 0) return;
  logBytesLeft -= Buffer.byteLength(text);
  post({ kind: 'log', text });
}

let refused: RunEnd | null = null;
const taker: OutputTaker | null = data.batch
  ? createOutputTaker({ kind: 'batch', ...data.batch }, () => {})
  : null;

function read(name: string): Uint8Array {
  const path = data.batch && Object.hasOwn(data.batch.inputs, name) && data.batch.inputs[name];
  if (!path) throw new Error(`There is no input ${name}.`);
  if (statSync(path).size > data.memoryBytes) throw new Error('out of memory');
  return readFileSync(path);
}

function write(name: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  refused ??= taker?.append(name, bytes) ?? null;
  if (refused) throw new Error('The output is refused.');
}

function replyOf(text: string): Reply {
  if (text.length > REPLY_BYTES_MAX) {
    return { kind: 'broken', detail: `The program sent a line of over ${REPLY_BYTES_MAX} bytes.` };
  }
  return readReply(text);
}

function answer(machine: Machine, lines: readonly string[]): void {
  const predictions: Prediction[] = [];
  for (const line of lines) {
    Atomics.store(exchanges, 1, 1);
    const reply = replyOf(machine.call('answer', line));
    if (reply.kind === 'error' || reply.kind === 'broken') stop(reply);
    if (reply.kind !== 'prediction') stop(broken('The program sent no prediction.'));
    predictions.push(reply.prediction);
    Atomics.add(exchanges, 0, 1);
  }
  Atomics.store(exchanges, 1, 0);
  post({ kind: 'answers', predictions });
}

function runBatch(machine: Machine): void {
  const end = batchEnd(machine);
  const kept = end.reason === 'completed';
  const outputs = kept ? (taker?.outputs() ?? []) : [];
  taker?.close(kept);
  const claim = taker?.claim();
  if (claim) print(claim.message);
  post({ kind: 'batch_end', end, outputs });
}

function batchEnd(machine: Machine): RunEnd {
  try {
    const begun = machine.begin('startBatch', data.entry, data.options);
    machine.settle();
    const said = begun === '' ? machine.call('ending') : begun;
    const end = taker?.take(Buffer.from(`${said}\n`));
    return refused ?? end ?? claimEnd({ kind: 'error' });
  } catch (error) {
    const claim = claimOf(error);
    print(claim.message);
    return refused ?? claimEnd(claim);
  }
}

/** What a machine throws is the program's; a machine that breaks was broken by it. */
function claimOf(error: unknown): ErrorClaim {
  return error instanceof MachineError ? error.claim : { kind: 'error', message: String(error) };
}

function guarded(step: () => void): void {
  try {
    step();
  } catch (error) {
    parentPort?.removeAllListeners('message');
    if (!(error instanceof Stopped)) {
      post({ kind: 'stopped', reply: { kind: 'error', claim: claimOf(error) } });
    }
  }
}

const machine = await startMachine({
  files: data.files,
  memoryBytes: data.memoryBytes,
  host: { print, read, write },
  onInterrupt() {
    interrupts += 1;
    if (interrupts % METER_EVERY === 0) meter(running);
  },
});
running = machine;

parentPort?.on('message', (message: ToRowWorker) => {
  guarded(() => {
    if (message.kind === 'rows') return answer(machine, message.lines);
    if (message.kind === 'end') return post({ kind: 'finished' });
    if (data.batch) return runBatch(machine);
    const reply = replyOf(machine.begin('startRows', data.entry, data.options));
    if (reply.kind === 'error' || reply.kind === 'broken') stop(reply);
    post({ kind: 'ready' });
  });
});
post({ kind: 'harness' });
