import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { quantile } from '../../tools/figure.ts';

/**
 * Load of HTTP/1.1 on connections that are kept, from a process of its own. `perSecond` 0: each connection asks again
 * as soon as it was answered; else so many requests a second at equal distances, whether or not the answers have come.
 */
export type Load = {
  port: number;
  /** A file with the bytes of one whole request. */
  requestFile: string;
  perSecond: number;
  connections: number;
  seconds: number;
};
/** Answers a second, and milliseconds from request to answer. */
export type Loaded = { rate: number; p50: number; p99: number };

/** `core`: the processor that the load is held to; null for any. */
export async function runLoad(load: Load, core: number | null): Promise<Loaded> {
  const own = [process.execPath, fileURLToPath(import.meta.url), JSON.stringify(load)];
  const [command = '', ...argv] = core === null ? own : ['taskset', '-c', String(core), ...own];
  const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await text(child.stdout);
  if (said === '') throw new Error('the load did not come to an end');
  return JSON.parse(said);
}

const [, script, given] = process.argv;
if (script === fileURLToPath(import.meta.url) && given) {
  console.log(JSON.stringify(await apply(JSON.parse(given))));
  process.exit(0);
}

async function apply({
  port,
  requestFile,
  perSecond,
  connections,
  seconds,
}: Load): Promise<Loaded> {
  const bytes = readFileSync(requestFile);
  const took: number[] = [];
  const lines = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      await once(socket, 'connect');
      return openLine(socket, bytes, took);
    }),
  );
  const began = performance.now();
  const until = began + seconds * 1_000;
  if (perSecond === 0) {
    await Promise.all(
      lines.map(async (ask) => {
        while (performance.now() < until) await ask();
      }),
    );
  } else {
    const asked: Promise<void>[] = [];
    while (performance.now() < until) {
      const due = ((performance.now() - began) / 1_000) * perSecond;
      while (asked.length < due) {
        const ask = lines[asked.length % connections];
        if (ask) asked.push(ask());
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(asked);
  }
  const rate = took.length / ((performance.now() - began) / 1_000);
  return { rate, p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}

/** A way to ask over one connection. Answers come in the order of the requests; another status than 200 rejects. */
function openLine(socket: Socket, bytes: Buffer, took: number[]): () => Promise<void> {
  const waiting: { since: number; resolve(): void; reject(error: Error): void }[] = [];
  let head: Buffer = Buffer.alloc(0);
  /** Bytes of the body that are still to come; null before its head is there. */
  let left: number | null = null;
  const take = (chunk: Buffer): Buffer | null => {
    if (left === null) {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      const size = sizeOf(head);
      if (size === 0) return null;
      const rest = head.length - size.head;
      left = size.body - rest;
    } else left -= chunk.length;
    if (left > 0) return null;
    const more = left < 0 ? chunk.subarray(chunk.length + left) : null;
    settle();
    return more;
  };
  const settle = () => {
    const first = waiting.shift();
    if (!first) throw new Error('an answer that nobody asked for');
    took.push(performance.now() - first.since);
    const isGood = head.toString('latin1', 9, 12) === '200';
    if (isGood) first.resolve();
    else first.reject(new Error(head.toString('utf8', 0, 500)));
    head = Buffer.alloc(0);
    left = null;
  };
  socket.on('data', (chunk: Buffer) => {
    for (let rest: Buffer | null = chunk; rest; ) rest = take(rest);
  });
  socket.on('close', () => {
    for (const { reject } of waiting) reject(new Error('the connection was closed'));
  });
  return () =>
    new Promise((resolve, reject) => {
      waiting.push({ since: performance.now(), resolve, reject });
      socket.write(bytes);
    });
}

/** Bytes of an answer, by its `content-length`; 0 while its head is not there. */
function sizeOf(held: Buffer): { head: number; body: number } | 0 {
  const end = held.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const [, length] = /\ncontent-length: *(\d+)/i.exec(held.toString('latin1', 0, end)) ?? [];
  if (length === undefined) throw new Error('an answer without content-length');
  return { head: end + 4, body: Number(length) };
}
