import { execFileSync } from 'node:child_process';
import { readlinkSync, readSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Prediction } from './isolation.ts';
import { REPLY_BYTES_MAX, type Reply, readReply } from './row-protocol.ts';
import type { RowWorkerData, ToRowWorker } from './row-session.ts';

/**
 * The platform's side of the causal row protocol over two pipes, in a thread that may block, so that
 * the platform's own event loop stays free.
 */

const { readDescriptor, writeDescriptor, start, progress, pin }: RowWorkerData = workerData;
const exchanges = new Int32Array(progress);
const buffer = Buffer.alloc(REPLY_BYTES_MAX);
const asleep = new Int32Array(new SharedArrayBuffer(4));

class Stopped extends Error {}

function stop(reply: Extract<Reply, { kind: 'error' | 'broken' }> | { kind: 'ended' }): never {
  parentPort?.postMessage({ kind: 'stopped', reply });
  throw new Stopped();
}

/** Holds this thread to the program's processor, as a help only. */
function pinThread(): void {
  const [command, ...rest] = pin ?? [];
  const thread = readlinkSync('/proc/thread-self').split('/').at(-1);
  if (!command || !thread) return;
  try {
    execFileSync(command, [...rest, thread], { env: {}, stdio: 'ignore' });
  } catch {}
}

/** One line; the program may not have sent more than it was asked for. */
function receive(): Exclude<Reply, { kind: 'error' | 'broken' }> {
  let length = 0;
  while (buffer[length - 1] !== 10) {
    if (length === buffer.length) {
      stop({ kind: 'broken', detail: `The program sent a line of over ${REPLY_BYTES_MAX} bytes.` });
    }
    const count = readSync(readDescriptor, buffer, length, buffer.length - length, null);
    if (count === 0) stop({ kind: 'ended' });
    length += count;
  }
  if (buffer.indexOf(10) < length - 1) {
    stop({ kind: 'broken', detail: 'The program answered more than it was asked.' });
  }
  const reply = readReply(buffer.toString('utf8', 0, length - 1));
  if (reply.kind === 'error' || reply.kind === 'broken') stop(reply);
  return reply;
}

/** The pipe does not block for us: it is full only if the program does not read, and then we wait for it. */
function send(line: string): void {
  const bytes = Buffer.from(line);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(writeDescriptor, bytes, at, bytes.length - at);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code !== 'EAGAIN') stop({ kind: 'ended' });
      Atomics.wait(asleep, 0, 0, 1);
    }
  }
}

function expect(kind: Reply['kind']): void {
  if (receive().kind !== kind) {
    stop({ kind: 'broken', detail: `The program sent something else than its "${kind}" message.` });
  }
}

function answer(lines: readonly string[]): void {
  const predictions: Prediction[] = [];
  for (const line of lines) {
    Atomics.store(exchanges, 1, 1);
    send(line);
    const reply = receive();
    if (reply.kind !== 'prediction') {
      stop({ kind: 'broken', detail: 'The program sent something else than a prediction.' });
    }
    predictions.push(reply.prediction);
    Atomics.add(exchanges, 0, 1);
  }
  Atomics.store(exchanges, 1, 0);
  parentPort?.postMessage({ kind: 'answers', predictions });
}

/** After the last row the program may not have a word left. */
function finish(): void {
  Atomics.store(exchanges, 1, 2);
  send('{"end":true}\n');
  if (readSync(readDescriptor, buffer, 0, buffer.length, null) > 0) {
    stop({ kind: 'broken', detail: 'The program answered more than it was asked.' });
  }
  parentPort?.postMessage({ kind: 'finished' });
}

function guarded(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    parentPort?.removeAllListeners('message');
  }
}

function begin(): void {
  send(start);
  expect('ready');
  parentPort?.postMessage({ kind: 'ready' });
}

parentPort?.on('message', (message: ToRowWorker) => {
  guarded(() => {
    if (message.kind === 'start') begin();
    else if (message.kind === 'rows') answer(message.lines);
    else finish();
  });
});
guarded(() => {
  pinThread();
  expect('harness');
  parentPort?.postMessage({ kind: 'harness' });
});
