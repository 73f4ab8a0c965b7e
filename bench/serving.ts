import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import ort from 'onnxruntime-node';
import { testDatabases } from '#kernel/testing.ts';
import { figureAtLeast, figureAtMost } from '../tools/figure.ts';
import { type BenchModel, benchModels, valuesOf } from './load/bench-models.ts';
import { runLoad } from './load/http-load.ts';
import { startTouyan } from './load/touyan-server.ts';

/**
 * Calls a second over the Open Inference Protocol with binary tensors: keep-alive connections of a process of their own, the model in
 * its isolated process, each call counted in the database before it is answered. A small model is measured against what it
 * has to reach, and the recogniser of PP-OCRv4 against a loop of bare onnxruntime-node at its best batch. Server, model, database
 * and load share the machine. Who asks is known to the server from the key alone. One JSON line a figure.
 */

const SECONDS = 5;
const RATE_MIN = 4_000;
const BARE_SECONDS = 3;
const BARE_BATCHES = [1, 2, 4, 8, 16];

const [bareModel] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'touyan-bench-'));
try {
  const models = benchModels(folder);
  if (bareModel === 'recogniser') console.log(await bare(models.recogniser));
  else await measure(models);
} finally {
  rmSync(folder, { recursive: true });
}

async function measure({ small, recogniser }: ReturnType<typeof benchModels>): Promise<void> {
  const loop = Number(await bareElsewhere('recogniser'));
  for (const { engine } of testDatabases()) {
    const [calls, half] = await ratesOf(engine, small, RATE_MIN / 2);
    figureAtLeast(`serving.rate.${engine}`, calls.rate, 'calls/s', RATE_MIN);
    figureAtMost(`serving.p99_half_load.${engine}`, half.p99, 'ms', 5);
    const [read] = await ratesOf(engine, recogniser, null);
    figureAtLeast(`serving.recogniser_over_bare.${engine}`, read.rate / loop, 'times', 0.9);
  }
}

/** As fast as it can, and at a given number of calls a second. */
async function ratesOf(engine: string, model: BenchModel, perSecond: number | null) {
  const requestFile = join(folder, `${model.name}.http`);
  const { port, process: server } = await startTouyan(engine, model, { core: null, requestFile });
  const { connections } = model;
  const load = { port, requestFile, connections, seconds: SECONDS };
  try {
    await runLoad({ ...load, perSecond: 0 }, null);
    const best = await runLoad({ ...load, perSecond: 0 }, null);
    return [best, await runLoad({ ...load, perSecond: perSecond ?? best.rate / 2 }, null)] as const;
  } finally {
    server.kill('SIGTERM');
    await once(server, 'close');
  }
}

async function bareElsewhere(model: string): Promise<string> {
  const argv = [fileURLToPath(import.meta.url), model];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  return text(child.stdout);
}

/** Rows a second of one thread, in batches of the size that suits it best. */
async function bare(model: BenchModel): Promise<number> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await ort.InferenceSession.create(model.file, options);
  const rates: number[] = [];
  for (const batch of BARE_BATCHES) {
    const row = Float32Array.from(valuesOf(model, 0));
    const data = new Float32Array(row.length * batch);
    for (let place = 0; place < batch; place += 1) data.set(row, row.length * place);
    const shape = [batch, ...model.shape.slice(1)];
    const feeds = { [model.inputs[0] ?? '']: new ort.Tensor('float32', data, shape) };
    await session.run(feeds);
    const began = performance.now();
    let rows = 0;
    while (performance.now() - began < BARE_SECONDS * 1_000) {
      await session.run(feeds);
      rows += batch;
    }
    rates.push(rows / ((performance.now() - began) / 1_000));
  }
  return Math.max(...rates);
}
