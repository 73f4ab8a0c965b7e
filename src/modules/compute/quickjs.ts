import { strict as assert } from 'node:assert';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type {
  BatchMode,
  Isolation,
  IsolationRun,
  IsolationSpec,
  RunEnd,
  TakenOutput,
} from './isolation.ts';
import { DigestMismatch, readProgram } from './job-folder.ts';
import { createJobLogs } from './job-logs.ts';
import { exceededIn, watchLimits } from './limit-watch.ts';
import type { Reading } from './resource-group.ts';
import { type FromRowWorker, type RowWorkerData, runRowSession } from './row-session.ts';
import {
  cancelled,
  limitEnd,
  missingEnvironment,
  notStarted,
  sessionReason,
  unexplained,
  wrongBytes,
} from './run-ends.ts';
import { checkSpec } from './spec-check.ts';
import { createVerdict, type Verdict } from './verdict.ts';

export type QuickjsWorkerData = Pick<RowWorkerData, 'progress'> & {
  /** Two numbers: CPU milliseconds, bytes of memory. */
  meters: SharedArrayBuffer;
  /** Modules by path: `harness/…` and `program/…`. */
  files: ReadonlyMap<string, string>;
  entry: string;
  /** JSON. */
  options: string;
  memoryBytes: number;
  logBytesMax: number;
  batch: Pick<BatchMode, 'inputs' | 'outputs' | 'outputFolder'> | null;
};

export type FromQuickjsWorker =
  | FromRowWorker
  | { kind: 'batch_end'; end: RunEnd; outputs: readonly TakenOutput[] };

/** What the thread itself may need beside the program's memory, in MiB. */
const THREAD_HEAP_MB = 192;

/**
 * Isolation without any help of the host's system: JavaScript programs run in QuickJS, compiled to
 * WebAssembly, in a worker thread. They have the language and nothing else: no files, network, processes,
 * timers or modules but their own. Every program in another language is refused.
 */
export function createQuickjs(options: { engine: string; install: string }): Isolation {
  return {
    kind: 'webassembly',
    environments: ['javascript'],
    describe: () => ({
      kind: 'webassembly',
      engine: options.engine,
      network: 'none',
      files: 'none but the modules of the program; inputs and outputs are function calls',
      resources: 'webassembly-memory',
      filterDigest: null,
    }),
    async run(spec, { signal }) {
      checkSpec(spec);
      if (spec.environment !== 'javascript' || spec.mode.kind === 'frames') {
        return notStarted(missingEnvironment(spec, options.install));
      }
      if (signal.aborted) return notStarted(cancelled);
      const verdict = createVerdict();
      const cancel = () => verdict.decide(cancelled);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        return await execute(spec, await readModules(spec), verdict);
      } catch (error) {
        if (error instanceof DigestMismatch) return notStarted(wrongBytes);
        throw error;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}

async function readModules(spec: IsolationSpec): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of ['quickjs.mjs', 'shared.mjs']) {
    const source = new URL(`./harness/${name}`, import.meta.url);
    files.set(`harness/${name}`, await readFile(source, 'utf8'));
  }
  for (const [path, bytes] of await readProgram(spec.program)) {
    files.set(`program/${path}`, bytes.toString());
  }
  return files;
}

async function execute(
  spec: IsolationSpec,
  files: ReadonlyMap<string, string>,
  verdict: Verdict,
): Promise<IsolationRun> {
  const { mode, limits } = spec;
  const started = performance.now();
  const logs = createJobLogs(spec.logs);
  const progress = new SharedArrayBuffer(8);
  const meters = new SharedArrayBuffer(16);
  const workerData: QuickjsWorkerData = {
    ...{ progress, meters, files },
    entry: spec.program.entry,
    options: JSON.stringify(spec.options),
    memoryBytes: limits.memoryBytes,
    logBytesMax: spec.logs.rule === 'full' ? spec.logs.bytesMax : 0,
    batch:
      mode.kind === 'batch'
        ? { inputs: mode.inputs, outputs: mode.outputs, outputFolder: mode.outputFolder }
        : null,
  };
  const worker = new Worker(new URL('./quickjs-worker.ts', import.meta.url), {
    workerData,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB },
  });
  worker.on('message', (message: FromQuickjsWorker) => {
    if (message.kind === 'log') logs.add(message.text);
  });
  const read = (): Reading => {
    const [cpuMs = 0, memoryBytesMax = 0] = new Float64Array(meters);
    return { cpuMs, memoryBytesMax, exceeded: null };
  };
  const stopProgram = () => void worker.terminate();
  verdict.signal.addEventListener('abort', stopProgram, { once: true });
  const tick = () => {};
  const stopWatch = watchLimits({ limits, verdict, read, progress, tick, stopProgram });
  let kept = false;
  try {
    const outputs = await converse(worker, spec, { verdict, logs });
    const exceeded = exceededIn(read(), limits);
    const end = exceeded ? limitEnd(exceeded, limits) : (verdict.get() ?? unexplained);
    const { cpuMs, memoryBytesMax } = read();
    const usage = {
      wallMs: Math.round(performance.now() - started),
      cpuMs: Math.round(cpuMs),
      memoryBytesMax,
    };
    const text = logs.result();
    kept = end.reason === 'completed';
    return { ...end, usage, outputs: kept ? outputs : [], ...(text ? { logs: text } : {}) };
  } finally {
    stopWatch();
    await worker.terminate();
    // A thread that was ended could not remove what it had begun to write.
    if (mode.kind === 'batch' && !kept) await removeOutputs(mode);
  }
}

async function removeOutputs({ outputs, outputFolder }: BatchMode): Promise<void> {
  for (const { name } of outputs) await rm(join(outputFolder, name), { force: true });
}

type Conversation = { verdict: Verdict; logs: ReturnType<typeof createJobLogs> };

async function converse(
  worker: Worker,
  { mode }: IsolationSpec,
  { verdict, logs }: Conversation,
): Promise<readonly TakenOutput[]> {
  if (mode.kind === 'batch') return runBatch(worker, verdict);
  assert(mode.kind === 'rows');
  const context = { signal: verdict.signal, onHarness: logs.programStarts };
  const end = await runRowSession(worker, mode, context);
  if (end?.kind === 'error') logs.add(end.claim.message);
  const reason = sessionReason(end);
  if (reason) verdict.decide(reason);
  return [];
}

function runBatch(worker: Worker, verdict: Verdict): Promise<readonly TakenOutput[]> {
  return new Promise((resolve) => {
    worker.on('message', (message: FromQuickjsWorker) => {
      if (message.kind === 'harness') worker.postMessage({ kind: 'start' });
      if (message.kind === 'batch_end') {
        // In this order: a decided run resolves without outputs.
        resolve(message.outputs);
        verdict.decide(message.end);
      }
      const reason = message.kind === 'stopped' ? sessionReason(message.reply) : null;
      if (reason) verdict.decide(reason);
    });
    worker.on('error', () => resolve([]));
    worker.on('exit', () => resolve([]));
    verdict.signal.addEventListener('abort', () => resolve([]), { once: true });
  });
}
