import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import ort from 'onnxruntime-node';
import { testDatabases } from '#kernel/testing.ts';
import { openTrialHouse, simple } from '../src/modules/serving/trials/testing-trials.ts';
import { figureAtLeast, figureAtMost, quantile } from '../tools/figure.ts';

/**
 * Calls a second of a small model over the Open Inference Protocol with binary tensors: keep-alive connections of a process of
 * their own, the model in its isolated process, each call counted in the database before it is answered. Against a
 * loop of bare onnxruntime-node in a process of its own, which calls the model one by one. Server, model, database and load share the
 * machine. Who asks is known to the server from the key alone. One JSON line a figure.
 */

const CONNECTIONS = 64;
const SECONDS = 5;
const [role, ...given] = process.argv.slice(2);

if (role === 'server') await serve(given[0] ?? '');
else if (role === 'bare') await bare();
else if (role === 'load') await load(given[0] ?? '', given[1] ?? '', Number(given[2]));
else await measure();

async function measure(): Promise<void> {
  const loop = Number(await firstLine(start('bare')));
  for (const { engine } of testDatabases()) {
    const server = start('server', engine);
    const { address, trialId } = JSON.parse(await firstLine(server));
    const run = async (perSecond: number): Promise<{ rate: number; p99: number }> =>
      JSON.parse(await firstLine(start('load', address, trialId, String(perSecond))));
    await run(0);
    const { rate } = await run(0);
    const half = await run(rate / 2);
    figureAtLeast(`serving.rate.${engine}`, rate, 'calls/s', 4_000);
    figureAtMost(`serving.p99_half_load.${engine}`, half.p99, 'ms', 5);
    figureAtLeast(`serving.over_bare_loop.${engine}`, rate / loop, 'times', 0.1);
    server.kill('SIGTERM');
    await once(server, 'close');
  }
}

function start(...argv: string[]): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(import.meta.url), ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function serve(engine: string): Promise<void> {
  const database = testDatabases().find((one) => one.engine === engine);
  if (!database) throw new Error(`no ${engine}`);
  const house = await openTrialHouse(await database.open(), {
    serving: {
      SERVING_TRIAL_CALLS_PER_SECOND: 10_000_000,
      SERVING_MODEL_CALLS_WAITING_MAX: 10_000,
    },
  });
  const { trialId } = await house.trial(simple, { batchMax: 64 });
  console.log(JSON.stringify({ address: house.address, trialId }));
  process.once('SIGTERM', () => void house.stop().then(() => process.exit(0)));
}

/** As fast as one caller of the library alone is. */
async function bare(): Promise<void> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await ort.InferenceSession.create(simple, options);
  const tensor = (value: number) =>
    new ort.Tensor('int32', new Int32Array(16).fill(value), [1, 16]);
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < SECONDS * 1_000) {
    await session.run({ INPUT0: tensor(count), INPUT1: tensor(1) });
    count += 1;
  }
  console.log(count / SECONDS);
}

function request(address: string, trialId: string): Buffer {
  const input = (name: string) => {
    return { name, datatype: 'INT32', shape: [1, 16], parameters: { binary_data_size: 64 } };
  };
  const head = JSON.stringify({
    parameters: { binary_data_output: true },
    inputs: [input('INPUT0'), input('INPUT1')],
  });
  const lines = [
    `POST /v2/models/${trialId}/infer HTTP/1.1`,
    `host: ${new URL(address).host}`,
    'authorization: Bearer reader',
    'content-type: application/octet-stream',
    `inference-header-content-length: ${head.length}`,
    `content-length: ${head.length + 128}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n${head}`), Buffer.alloc(128, 1)]);
}

/**
 * Calls for some seconds: as many a second as said, at equal distances and whether or not the answers have come, or as many
 * as are answered where it is 0.
 */
async function load(address: string, trialId: string, perSecond: number): Promise<void> {
  const bytes = request(address, trialId);
  const { port } = new URL(address);
  const took: number[] = [];
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect(Number(port), '127.0.0.1').setNoDelay(true);
      await once(socket, 'connect');
      return socket;
    }),
  );
  const until = performance.now() + SECONDS * 1_000;
  const queues = sockets.map((socket) => answers(socket, took));
  const began = performance.now();
  if (perSecond === 0) {
    await Promise.all(
      queues.map(async (queue, place) => {
        while (performance.now() < until) await queue.ask(sockets[place], bytes);
      }),
    );
  } else {
    const asked: Promise<void>[] = [];
    while (performance.now() < until) {
      const due = ((performance.now() - began) / 1_000) * perSecond;
      for (; asked.length < due; ) {
        const place = asked.length % CONNECTIONS;
        const queue = queues[place];
        if (queue) asked.push(queue.ask(sockets[place], bytes));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(asked);
  }
  const seconds = (performance.now() - began) / 1_000;
  for (const socket of sockets) socket.destroy();
  console.log(JSON.stringify({ rate: took.length / seconds, p99: quantile(took, 0.99) }));
}

/** Answers of a connection: each has to be one, and all are as long as its first. */
function answers(socket: Socket, took: number[]) {
  const waiting: { since: number; resolve(): void; reject(error: Error): void }[] = [];
  let size = 0;
  let held: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    if (size === 0) {
      const end = held.indexOf('\r\n\r\n') + 4;
      size = end + Number(/\ncontent-length: (\d+)/i.exec(held.toString('latin1', 0, end))?.[1]);
    }
    for (; held.length >= size; held = held.subarray(size)) {
      const first = waiting.shift();
      if (!first) throw new Error('an answer that nobody asked for');
      took.push(performance.now() - first.since);
      const status = held.toString('latin1', 0, 12);
      if (status === 'HTTP/1.1 200') first.resolve();
      else first.reject(new Error(status));
    }
  });
  return {
    ask: (to: Socket | undefined, bytes: Buffer) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ since: performance.now(), resolve, reject });
        to?.write(bytes);
      }),
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('a process without output');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('a process ended before it was ready');
}
