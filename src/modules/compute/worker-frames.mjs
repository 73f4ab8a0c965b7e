// Frames between the platform and a process of its own inside the isolation: in on descriptor 3, out on 4. A frame is two
// u32 (bytes after them; bytes of the JSON head), the head, and the tensors in the order in which the head names them,
// each beginning at a multiple of 8; all little-endian. See model-frames.ts.
import { readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const MESSAGE_MAX = 500;

export const padded = (length) => (length + 7) & ~7;

function fill(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(3, bytes, at, bytes.length - at, null);
    if (count === 0) process.exit(0);
    at += count;
  }
}

const prefix = Buffer.alloc(8);

/** The next frame: its head, and its bytes from the first tensor on, which begin at a multiple of 8. */
export function receive() {
  fill(prefix);
  const total = prefix.readUInt32LE(0);
  const headBytes = prefix.readUInt32LE(4);
  const body = Buffer.from(new ArrayBuffer(total));
  fill(body);
  const head = JSON.parse(body.toString('utf8', 0, headBytes));
  return { head, tensors: body.subarray(padded(headBytes)) };
}

export function send(head, parts = []) {
  const text = Buffer.from(JSON.stringify(head));
  let total = padded(text.length);
  for (const part of parts) total += padded(part.length);
  const frame = Buffer.alloc(8 + total);
  frame.writeUInt32LE(total, 0);
  frame.writeUInt32LE(text.length, 4);
  frame.set(text, 8);
  let at = 8 + padded(text.length);
  for (const part of parts) {
    frame.set(part, at);
    at += padded(part.length);
  }
  for (let sent = 0; sent < frame.length; ) sent += writeSync(4, frame, sent);
}

export const wordsOf = (error) => String(error?.message ?? error).slice(0, MESSAGE_MAX);

/** ONNX Runtime as it stands in the isolation. */
export function loadRuntime() {
  // The binding knows half floats as whole numbers only (onnxruntime-node 1.30), and takes this class where it is there.
  delete globalThis.Float16Array;
  return createRequire('/input/runtime/node_modules/')('onnxruntime-node');
}

/** How a session is made wherever nothing else is asked for. */
export const sessionOptions = (threads) => ({
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
});
