import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { installClient } from '../src/modules/hub/testing-clients.ts';
import { figureAtLeast, figureAtMost } from '../tools/figure.ts';
import {
  type BenchModel,
  benchModels,
  dataOf,
  httpRequest,
  valuesOf,
} from './load/bench-models.ts';
import { type Loaded, runLoad } from './load/http-load.ts';
import { startTouyan } from './load/touyan-server.ts';

/**
 * Our server beside MLServer, BentoML and Ray Serve, on the same ONNX files with one thread, through the same client, one after
 * the other: a model that adds and subtracts, and the recogniser of PP-OCRv4 on a line of 48 by 320 pixels. Each server with its
 * batching, set up as its documentation advises (bench/peers/), is held to one processor with all its processes, the client
 * to another, and asked in the fastest form that it takes over HTTP. Ours counts each call in its database before it answers; the others count nothing. `cold`: from the start of the
 * server's command to the first answer; ours installs its database on the way.
 */

const SECONDS = 5;
const STARTS_MS_MAX = 120_000;
const [SERVER_CORE, CLIENT_CORE] = [0, 1];

type Peer = {
  name: string;
  command: readonly string[];
  folder: string;
  environment: Record<string, string>;
  request(model: BenchModel): Buffer;
};

const folder = mkdtempSync(join(tmpdir(), 'touyan-peers-'));
try {
  await compare();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  for (const model of Object.values(benchModels(folder))) {
    const ours = await measure(await touyan(model), model);
    const others: { name: string; figures: Measured }[] = [];
    for (const peer of peers()) {
      others.push({ name: peer.name, figures: await measure(await started(peer, model), model) });
    }
    report(model, ours, others);
  }
}

type Measured = { cold: number; best: Loaded; half: Loaded };

function report(
  model: BenchModel,
  ours: Measured,
  others: { name: string; figures: Measured }[],
): void {
  for (const { name, figures } of [{ name: 'touyan', figures: ours }, ...others]) {
    const { cold, best, half } = figures;
    console.error(
      `${model.name} ${name}: cold ${cold.toFixed(0)} ms, ${best.rate.toFixed(1)} calls/s, p99 ${half.p99.toFixed(1)} ms at half of its load`,
    );
  }
  if (others.length === 0) return;
  const rate = ours.best.rate / Math.max(...others.map(({ figures }) => figures.best.rate));
  const p99 = ours.half.p99 / Math.min(...others.map(({ figures }) => figures.half.p99));
  const cold = ours.cold / Math.min(...others.map(({ figures }) => figures.cold));
  figureAtLeast(
    `peers.${model.name}.rate_over_best`,
    rate,
    'times',
    model.name === 'small' ? 3 : 1,
  );
  if (model.name === 'recogniser') figureAtMost('peers.recogniser.p99_over_best', p99, 'times', 1);
  else figureAtMost('peers.small.cold_over_best', cold, 'times', 0.3);
}

type Server = { process: ChildProcess; port: number; requestFile: string; cold: number };

/** Warm, then as fast as it can, then at half of that. */
async function measure(server: Server, { connections }: BenchModel): Promise<Measured> {
  const load = {
    port: server.port,
    requestFile: server.requestFile,
    connections,
    seconds: SECONDS,
  };
  try {
    await runLoad({ ...load, perSecond: 0 }, CLIENT_CORE);
    const best = await runLoad({ ...load, perSecond: 0 }, CLIENT_CORE);
    const half = await runLoad({ ...load, perSecond: best.rate / 2 }, CLIENT_CORE);
    return { cold: server.cold, best, half };
  } finally {
    await stop(server.process);
  }
}

function peers(): Peer[] {
  const found: Peer[] = [];
  const add = (name: string, packages: readonly string[], peer: Omit<Peer, 'name' | 'folder'>) => {
    const installed = installClient('python', packages);
    if (!installed) return;
    const [program = '', ...rest] = peer.command;
    const command = [join(installed, 'bin', program), ...rest];
    found.push({
      ...peer,
      name,
      command,
      folder: fileURLToPath(new URL(`peers/${name}`, import.meta.url)),
    });
  };
  add('mlserver', ['mlserver==1.7.1', 'onnxruntime==1.30.0'], {
    command: ['mlserver', 'start', '.'],
    environment: { MLSERVER_HTTP_PORT: '7911', MLSERVER_GRPC_PORT: '7912' },
    request: (model) => jsonRequest('/v2/models/model/infer', model),
  });
  add('bentoml', ['bentoml==1.4.39', 'onnxruntime==1.30.0'], {
    command: ['bentoml', 'serve', 'service:Service', '--host', '127.0.0.1', '--port', '7911'],
    environment: { BENTOML_DO_NOT_TRACK: 'True' },
    request: stackedJson,
  });
  add('ray', ['ray[serve]==2.60.0', 'onnxruntime==1.30.0'], {
    command: ['python', 'service.py'],
    environment: { BENCH_PORT: '7911', RAY_USAGE_STATS_ENABLED: '0' },
    request: (model) => httpRequest('/', ['content-type: application/octet-stream'], dataOf(model)),
  });
  return found;
}

/** Held to its processor with all that it starts; known by its first good answer. */
async function started(peer: Peer, model: BenchModel): Promise<Server> {
  const requestFile = join(folder, `${peer.name}-${model.name}.http`);
  writeFileSync(requestFile, peer.request(model));
  const began = performance.now();
  const own = spawn('taskset', ['-c', String(SERVER_CORE), ...peer.command], {
    cwd: peer.folder,
    env: { ...process.env, ...peer.environment, BENCH_MODEL: model.file },
    stdio: 'ignore',
    detached: true,
  });
  try {
    await firstAnswer(own, 7911, requestFile);
  } catch (error) {
    await stop(own);
    throw new Error(`${peer.name} does not start`, { cause: error });
  }
  return { process: own, port: 7911, requestFile, cold: performance.now() - began };
}

async function touyan(model: BenchModel): Promise<Server> {
  const began = performance.now();
  const requestFile = join(folder, `touyan-${model.name}.http`);
  const server = await startTouyan('pglite', model, { core: SERVER_CORE, requestFile });
  await firstAnswer(server.process, server.port, requestFile);
  return { ...server, requestFile, cold: performance.now() - began };
}

async function firstAnswer(own: ChildProcess, port: number, requestFile: string): Promise<void> {
  let last = 'nothing';
  for (const until = performance.now() + STARTS_MS_MAX; performance.now() < until; ) {
    if (own.exitCode !== null) throw new Error(`a server ended with ${own.exitCode}`);
    last = (await answerOf(port, requestFile)) ?? last;
    if (last.slice(9, 12) === '200') return;
    await pause(50);
  }
  throw new Error(`a server gave no answer, but ${last.slice(0, 500)}`);
}

/** The beginning of an answer; null where nobody listens yet. */
async function answerOf(port: number, requestFile: string): Promise<string | null> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(readFileSync(requestFile));
    const [answer] = await once(socket, 'data');
    return String(answer);
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

async function stop(own: ChildProcess): Promise<void> {
  const ended = own.exitCode === null ? once(own, 'exit') : null;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(-(own.pid ?? 0), signal);
    } catch {}
    await Promise.race([ended, pause(10_000)]);
  }
}

/** Open Inference as JSON: MLServer 1.7.1 takes no binary tensors over HTTP. */
function jsonRequest(path: string, model: BenchModel): Buffer {
  const { datatype, shape } = model;
  const inputs = model.inputs.map((name, place) => {
    return { name, datatype, shape, data: [...valuesOf(model, place)] };
  });
  const body = Buffer.from(JSON.stringify({ inputs }));
  return httpRequest(path, ['content-type: application/json'], body);
}

/** `{"x": [[[…], […]]]}`: rows, then inputs, then what is in them. */
function stackedJson(model: BenchModel): Buffer {
  const shape = model.shape.slice(1);
  const arrays = model.inputs.map((_, place) => nested([...valuesOf(model, place)], shape));
  const body = Buffer.from(JSON.stringify({ x: [arrays] }));
  return httpRequest('/infer', ['content-type: application/json'], body);
}

function nested(values: readonly number[], shape: readonly number[]): unknown {
  const [first = 1, ...rest] = shape;
  if (rest.length === 0) return values;
  const size = values.length / first;
  return Array.from({ length: first }, (_, place) =>
    nested(values.slice(place * size, (place + 1) * size), rest),
  );
}
